"""A small shop's code, an indexer and the stores, for every test of indexing."""

from support.code_indexing import house, tree
from support.code_store import stores

__all__ = ["house", "stores", "tree"]
