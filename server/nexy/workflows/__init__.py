"""Workflows: the stories of a request, told over capabilities."""
