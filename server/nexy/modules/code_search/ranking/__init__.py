"""What is asked, what speaks for a place, and the order of places."""
