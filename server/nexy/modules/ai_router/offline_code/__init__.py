"""Code tasks without a model: by the syntax tree, templates and rules."""
