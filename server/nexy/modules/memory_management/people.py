"""Who is being learnt about, with a mark where she had something forgotten meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Desk:
    """`forgotten` counts the orders to forget, so that whoever began before one can tell."""

    users: int = 0
    forgotten: int = 0


class Desks:
    """One desk for each device that somebody is at; an empty one is cleared away."""

    def __init__(self) -> None:
        self._desks: dict[str, Desk] = {}

    @asynccontextmanager
    async def at(self, hardware_id: str) -> AsyncIterator[Desk]:
        """The device's desk for as long as the block lasts."""
        desk = self._desks.setdefault(hardware_id, Desk())
        desk.users += 1
        try:
            yield desk
        finally:
            desk.users -= 1
            if not desk.users:
                del self._desks[hardware_id]

    def __len__(self) -> int:
        return len(self._desks)
