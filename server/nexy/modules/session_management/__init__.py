"""Sessions: running turns, speech buffers and known devices."""
