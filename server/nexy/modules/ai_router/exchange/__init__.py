"""Everything between a question and a provider's HTTP API, whatever its wire: pool, patience, framing, failures."""
