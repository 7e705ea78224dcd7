"""What it costs to come in, and to read one's rows."""
