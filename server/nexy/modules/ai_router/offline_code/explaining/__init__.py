"""What a piece of code does, in sentences."""
