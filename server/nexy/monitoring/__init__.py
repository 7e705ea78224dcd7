"""What the operator sees: metrics and health."""
