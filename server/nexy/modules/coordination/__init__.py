"""Leases, counters, messages and a cache."""
