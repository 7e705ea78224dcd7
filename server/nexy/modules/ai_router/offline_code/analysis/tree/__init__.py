"""Other languages, by tree-sitter."""
