"""What is asked of the trees, one file for each grammar or family of grammars."""
