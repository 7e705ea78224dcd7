"""What was said and seen: kept through the outbox, written to PostgreSQL in the background."""
