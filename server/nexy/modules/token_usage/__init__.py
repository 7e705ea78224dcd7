"""What was spent, by whom, for what, and how much more may be spent."""
