"""The processes that read and transform, and the wire to them."""
