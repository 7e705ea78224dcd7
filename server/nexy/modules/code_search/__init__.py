"""Search over code: read, cut, posted, ranked."""
