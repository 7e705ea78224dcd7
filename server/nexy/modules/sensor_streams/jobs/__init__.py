"""Jobs, their life and their viewers."""
