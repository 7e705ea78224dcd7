"""Who may come in: accounts, tokens, keys, devices, and rows of one's own."""
