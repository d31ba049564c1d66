"""Pages of people: organisations and their people, links, one's own account, roles, and the log."""
