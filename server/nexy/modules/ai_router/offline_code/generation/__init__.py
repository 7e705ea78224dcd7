"""Code from a description, and code from code."""
