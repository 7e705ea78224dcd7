"""/v1/*: the door for clients of the OpenAI wire."""
