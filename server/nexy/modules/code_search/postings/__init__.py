"""Which piece holds which term: encoded per file, gathered into one mapped index, asked for scores."""
