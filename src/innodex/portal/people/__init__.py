"""Users, organisations with dates of validity, roles, permissions, and the log of everything done."""
