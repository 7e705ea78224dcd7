"""The session's PostgreSQL for every test of the database."""

from support.postgres import database, postgres

__all__ = ["database", "postgres"]
