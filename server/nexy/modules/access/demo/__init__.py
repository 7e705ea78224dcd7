"""The account that everybody may know."""
