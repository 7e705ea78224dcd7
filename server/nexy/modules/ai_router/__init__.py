"""Where words come from: providers behind one port, with fallback until the first content."""
