"""A real database for the tests of memory."""

from support.postgres import database, postgres

__all__ = ["database", "postgres"]
