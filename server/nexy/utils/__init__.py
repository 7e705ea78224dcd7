"""Small helpers that know nothing of Nexy."""
