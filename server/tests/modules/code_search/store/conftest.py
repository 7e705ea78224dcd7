"""The stores for every test of them."""

from support.code_store import stores

__all__ = ["stores"]
