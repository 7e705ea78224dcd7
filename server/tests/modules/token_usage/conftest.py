"""The real database for this folder."""

from support.postgres import database, postgres

__all__ = ["database", "postgres"]
