"""Answering: who may see what, which indexes are asked, what the best places hold."""
