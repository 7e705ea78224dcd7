"""Live values: features, kill switches and the interrupt epochs of devices."""
