"""Where samples come from; opened inside a worker process only."""
