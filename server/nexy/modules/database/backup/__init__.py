"""Backups of the database: taken, verified, restored, drilled, asked for before a release."""
