"""A local Ollama, by its own wire: newline-delimited JSON."""
