"""JSON Web Tokens: the keys on disk, how tokens are made and how they are verified."""
