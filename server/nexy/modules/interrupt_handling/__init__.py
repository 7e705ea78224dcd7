"""Barge-in."""
