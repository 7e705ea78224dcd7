"""What may come next in a file."""
