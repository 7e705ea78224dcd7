"""Names of languages, their grammars and their nodes."""
