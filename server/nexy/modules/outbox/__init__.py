"""What must last and must not be waited for: an append-only file, drained to the database."""
