"""Configuration: one source, read once into frozen typed sections."""
