"""Words of code and prose as terms: split, folded, stemmed, hashed."""
