"""/api/v1/*: the code assistant's own door."""
