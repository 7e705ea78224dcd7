"""A LightRAG server as a source for prose, by its HTTP API."""
