"""The doors for a person, one file per noun."""
