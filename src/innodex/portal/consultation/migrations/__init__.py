"""Migrations of consultation."""
