"""What is known by heart of keys, devices and those who may no longer come in; the database is asked for changes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from nexy.contracts.database import SERVICE, Database, Row
from nexy.contracts.errors import NexyError, Unavailable
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access")
_log = logging.getLogger("nexy.access")
# A change bears the time of its statement and is seen at its commit: what is a little older is read again.
_OVERLAP = timedelta(seconds=60)
# However many ask for a fresh look, the database has a rest between two.
_REST_SECONDS = 0.1


class Shelf(Protocol):
    """One kind of rows, kept in memory."""

    @property
    def changes(self) -> str:
        """The query for rows with `changed_at` after $1 (a timestamptz; NULL: everything that still matters)."""
        ...

    def take(self, rows: Sequence[Row]) -> None:
        """Know these rows as they are now; one whose `changed_at` is before what is known of it is old and left out."""
        ...


class _Place:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.read_at: datetime | None = None

    @property
    def since(self) -> datetime | None:
        return self.read_at and self.read_at - _OVERLAP

    def take(self, rows: Sequence[Row], read_at: datetime) -> None:
        self.shelf.take(rows)
        self.read_at = read_at


class Directory:
    """Loaded at the start, brought up to date every `poll_seconds`; while the database is away it stays as it is."""

    def __init__(self, database: Database, poll_seconds: float) -> None:
        self._database = database
        self._poll_seconds = poll_seconds
        self._places: list[_Place] = []
        self._wanted = asyncio.Event()
        self._round = asyncio.Event()
        self._errands: list[Callable[[], Awaitable[None]]] = []
        self._away = False
        self.problem: NexyError | None = Unavailable("keys and devices are not known yet", code="access_starting")
        """Why nothing is known yet; None from the first look that succeeded."""

    def also(self, errand: Callable[[], Awaitable[None]]) -> None:
        """Do this after every look; like the look it raises `Unavailable` while the database is away."""
        self._errands.append(errand)

    def add(self, shelf: Shelf) -> None:
        """Keep these rows too, from the next look on."""
        self._places.append(_Place(shelf))

    async def look(self) -> None:
        """Read what has changed, every kind as of one moment; raises `Unavailable` while the database is away."""
        async with self._database.transaction(SERVICE) as transaction:
            # By the database's clock, not the newest row's: there may be none, and all be read each time.
            read_at = (await transaction.fetch(_SQL["moment"]))[0]["moment"]
            assert isinstance(read_at, datetime)
            found = [await transaction.fetch(place.shelf.changes, place.since) for place in self._places]
        for place, rows in zip(self._places, found, strict=True):
            place.take(rows, read_at)
        self.problem = None

    async def try_to_look(self) -> None:
        """Look and run the errands; a failure is told once, and what is known stays as it is."""
        try:
            await self.look()
            for errand in self._errands:
                await errand()
        except NexyError as problem:
            # Where only an errand failed everything is known.
            self.problem = self.problem and problem
            self._tell(away=True, code=problem.code)
        else:
            self._tell(away=False, code="")

    async def run(self) -> None:
        """Look again and again, until it is cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._wanted.wait()
            # Who asks from here on means the round after this one.
            self._wanted.clear()
            begun, self._round = self._round, asyncio.Event()
            await self.try_to_look()
            begun.set()
            await asyncio.sleep(_REST_SECONDS)

    async def fresh(self) -> None:
        """Wait for a look that begins after now, for who may have come in a moment ago; never longer than a poll."""
        awaited = self._round
        self._wanted.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_seconds):
                await awaited.wait()

    def _tell(self, *, away: bool, code: str) -> None:
        if away and not self._away:
            context = {"decision": "degrade", "ctx": {"code": code}}
            _log.warning("keys, devices and ended sessions stay as they were last known", extra=context)
        elif self._away and not away:
            _log.info("keys, devices and ended sessions are known again", extra={"decision": "recover", "ctx": {}})
        self._away = away
