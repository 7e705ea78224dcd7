"""Persons: passwords, sessions and their refresh tokens."""
