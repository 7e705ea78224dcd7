"""Devices: paired with persons, known by their tokens."""
