"""Reading: which files of a folder or repository are code, and what stands in them."""
