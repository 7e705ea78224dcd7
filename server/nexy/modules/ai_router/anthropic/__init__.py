"""Anthropic's Messages API, and servers that speak like it."""
