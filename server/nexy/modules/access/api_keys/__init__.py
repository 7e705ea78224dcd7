"""API keys: issued once, verified from memory."""
