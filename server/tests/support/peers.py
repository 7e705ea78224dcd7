"""Peers for a module that is tested alone."""

from typing import Any

from nexy.contracts.errors import Unavailable


class FakePeers:
    """`Peers` with exactly the parts given; every other name is not running."""

    def __init__(self, **parts: object) -> None:
        self._parts = parts

    def get(self, capability: str) -> Any:
        """The part with this name."""
        if capability not in self._parts:
            raise Unavailable(f"{capability} is not running")
        return self._parts[capability]
