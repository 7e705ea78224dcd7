"""Protocols in and out; no decisions."""
