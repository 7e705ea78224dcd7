"""The Model Context Protocol: search, explain and index for any client that speaks it."""
