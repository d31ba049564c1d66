"""Queues, assignment and views over the decisions of collection."""
