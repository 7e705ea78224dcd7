"""Reading rows: how many a core can do, and what is added to the bare query."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from bench.access.bare_server import READ, claimed
from bench.access.plan import Plan
from bench.access.stage import MANY_ROWS, Person, Served, answered, bare
from bench.router.client import Connection, connections
from bench.router.processes import Members
from bench.router.stage import NotMeasured
from bench.voice.accounting import core_busy_seconds
from bench.voice.spread import percentile
from nexy.modules.database.addresses import Address

FEW = "/rest/v1/projects"
MANY = f"/rest/v1/code_snippets?select=id,title,language&order=created_at.desc&limit={MANY_ROWS}"
_SETTLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One window: answers, processor seconds of the server and of PostgreSQL, the part of the core that others used."""

    answers: int
    server_seconds: float
    database_seconds: float
    strangers: float
    milliseconds: Sequence[float] = field(repr=False)

    @property
    def per_core_second(self) -> float:
        """Answers per second of the server's own processor time."""
        return self.answers / self.server_seconds if self.server_seconds else 0.0

    @property
    def with_database(self) -> float:
        """The same where PostgreSQL's time counts too."""
        spent = self.server_seconds + self.database_seconds
        return self.answers / spent if spent else 0.0

    @property
    def p50(self) -> float:
        """At the client."""
        return percentile(self.milliseconds, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """Windows of each kind; those with the same number were measured one after the other."""

    few: Sequence[Seen]
    few_bare: Sequence[Seen]
    many: Sequence[Seen]
    many_bare: Sequence[Seen]
    alone: Sequence[Seen]
    alone_query: Sequence[Seen]
    alone_bare: Sequence[Seen]


Ask = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """Who is measured: its own processes; PostgreSQL belongs to all of them."""

    pid: int
    nexy: Served

    def spent(self) -> tuple[float, float, float]:
        """Processor seconds of the server, of PostgreSQL and of everybody on the server's core."""
        own = self.nexy.members() if self.pid == self.nexy.pid else Members.of(self.pid, self.nexy.home)
        server, database = own.cpu_seconds()
        return server, database, core_busy_seconds(self.nexy.cores.server)


async def reads(plan: Plan, folder: Path, nexy: Served, person: Person) -> Reads:
    """All windows; the sides of each comparison alternate."""
    async with bare(folder, nexy, person) as (pid, address), _query(nexy.app, person) as query:
        ours, theirs = _Side(pid=nexy.pid, nexy=nexy), _Side(pid=pid, nexy=nexy)

        async def window(side: _Side, path: str, count: int) -> Seen:
            async with connections(nexy.address if side is ours else address, count) as lines:
                request = person.get(path)
                return await _window(plan, side, [_asks(line, request) for line in lines])

        few = await _turns(
            plan, lambda: window(ours, FEW, plan.connections), lambda: window(theirs, FEW, plan.connections)
        )
        many = await _turns(
            plan, lambda: window(ours, MANY, plan.connections), lambda: window(theirs, MANY, plan.connections)
        )
        alone = await _turns(
            plan, lambda: window(ours, FEW, 1), lambda: _window(plan, ours, [query]), lambda: window(theirs, FEW, 1)
        )
    return Reads(few=few[0], few_bare=few[1], many=many[0], many_bare=many[1],
                 alone=alone[0], alone_query=alone[1], alone_bare=alone[2])  # fmt: skip


async def _turns(plan: Plan, *windows: Callable[[], Awaitable[Seen]]) -> Sequence[Sequence[Seen]]:
    """Each of them in each round, one round forwards and the next backwards."""
    found: Sequence[list[Seen]] = [[] for _ in windows]
    for number in range(plan.rounds):
        sides = list(zip(windows, found, strict=True))
        for measure, seen in sides if number % 2 else reversed(sides):
            seen.append(await measure())
    return found


def _asks(line: Connection, request: bytes) -> Ask:
    return lambda: answered(line, request)


@asynccontextmanager
async def _query(app: Address, person: Person) -> AsyncGenerator[Ask, None]:
    """The bare query on a connection of its own, whose claims were made once."""
    connection: Any = await asyncpg.connect(
        host=app.host, port=app.port, user=app.user, password=app.password, database=app.database,
        server_settings=claimed(person.user_id),
    )  # fmt: skip

    async def ask() -> object:
        body = await connection.fetchval(READ)
        if body == b"[]":
            raise NotMeasured("the bare query finds no rows")
        return body

    try:
        yield ask
    finally:
        await connection.close()


async def _window(plan: Plan, side: _Side, asks: Sequence[Ask]) -> Seen:
    await _keep_asking(asks, plan.warm_seconds)
    await asyncio.sleep(_SETTLE_SECONDS)
    before, began = side.spent(), time.monotonic()
    milliseconds = await _keep_asking(asks, plan.seconds)
    after, wall = side.spent(), time.monotonic() - began
    server, database, busy = (late - early for late, early in zip(after, before, strict=True))
    return Seen(
        answers=len(milliseconds), server_seconds=server, database_seconds=database,
        strangers=max(busy - server - database, 0.0) / wall, milliseconds=milliseconds,
    )  # fmt: skip


async def _keep_asking(asks: Sequence[Ask], seconds: float) -> list[float]:
    until, milliseconds = time.monotonic() + seconds, []

    async def keep(ask: Ask) -> None:
        while (began := time.monotonic()) < until:
            await ask()
            milliseconds.append(1000 * (time.monotonic() - began))

    async with asyncio.TaskGroup() as group:
        for ask in asks:
            group.create_task(keep(ask))
    return milliseconds
