"""The one place where a statement is put together: names come from the catalogue, values are parameters."""
