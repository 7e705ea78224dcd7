"""Sensor streams, measured."""
