"""The upper floor: people, rights and time around the core, as a web application."""
