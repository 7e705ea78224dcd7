"""The brain that needs no model: it says so, and is of use all the same."""
