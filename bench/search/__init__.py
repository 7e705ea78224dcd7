"""How well and how fast code is found."""
