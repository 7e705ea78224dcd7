"""A run: from the files of a source to a revision that can be searched."""
