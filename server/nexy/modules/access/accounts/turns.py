"""Turns: one address with a hundred sign-ins waits for itself, not everybody for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nexy.contracts.errors import Unavailable

_RETRY_SECONDS = 1.0


class _Line:
    def __init__(self, at_once: int) -> None:
        self.turns = asyncio.Semaphore(at_once)
        self.people = 0


class Turns:
    """`at_once` of each have their turn, `waiting` more of each wait in the order in which they came."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def of(self, who: str) -> AsyncIterator[None]:
        """Wait for a turn and have it for the block; raises `Unavailable` where too many of this one wait."""
        line = self._lines.setdefault(who, _Line(self._at_once))
        if line.people >= self._most:
            raise too_many()
        line.people += 1
        try:
            async with line.turns:
                yield
        finally:
            line.people -= 1
            if not line.people:
                del self._lines[who]


def too_many() -> Unavailable:
    """For whoever may come again in a moment."""
    return Unavailable(
        "too many are signing in; try again in a moment", code="passwords_busy", retry_after_seconds=_RETRY_SECONDS
    )
