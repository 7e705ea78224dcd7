"""Cuts an answer into pieces while it is still being written, and says how each piece is read aloud."""
