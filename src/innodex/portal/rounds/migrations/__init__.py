"""Migrations of rounds."""
