"""What is remembered about a person: found in what she says, merged fact by fact, forgotten when she asks."""
