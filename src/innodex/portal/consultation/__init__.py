"""Comments on a framework version, the official contributions, answers, the synthesis table."""
