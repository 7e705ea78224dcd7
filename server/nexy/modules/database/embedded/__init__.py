"""A PostgreSQL of our own: found, set up, started, watched and stopped by us."""
