"""Vectors of code and questions: who makes them, where they are kept, which are near."""
