"""Settings, addresses, base pages and components: what holds the apps of the portal together."""
