"""Nexy, one self-hosted server for voice, code and sensor streams."""
