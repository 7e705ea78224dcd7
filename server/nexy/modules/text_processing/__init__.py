"""The question as the model reads it: a system prompt of sections, one per feature that is on."""
