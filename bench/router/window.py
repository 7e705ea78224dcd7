"""One measured window: so many connections that ask again at once."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.router.client import Connection, Reply, connections
from bench.router.jobs import Check, Job
from bench.router.stage import NotMeasured, Stage, Target
from bench.voice.accounting import Cores, core_busy_seconds
from bench.voice.spread import percentile

# The first word of the provider's answer; no question and no header has it.
_FIRST_WORD = b"This"
_WARM_SECONDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one window gave; shares are parts of one core, milliseconds are those of the client.

    Processor time runs until the last row of the ledger is written.
    """

    answers: int
    wall_seconds: float
    server_cpu_seconds: float
    database_cpu_seconds: float
    strangers_share: float
    first_ms: Sequence[float] = field(repr=False)
    whole_ms: Sequence[float] = field(repr=False)

    @property
    def per_core_second(self) -> float:
        """Answers per second of the server's processor."""
        return self.answers / self.server_cpu_seconds if self.server_cpu_seconds else 0.0

    @property
    def per_core_second_with_database(self) -> float:
        """The same where PostgreSQL's own time counts too."""
        spent = self.server_cpu_seconds + self.database_cpu_seconds
        return self.answers / spent if spent else 0.0

    def first(self, share: float) -> float:
        """A quantile of the milliseconds to the first content."""
        return percentile(self.first_ms, share)

    def whole(self, share: float) -> float:
        """A quantile of the milliseconds to the end."""
        return percentile(self.whole_ms, share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One kind of work on so many connections for so long; `rewritten`: the baseline writes replies of its own."""

    stage: Stage
    job: Job
    connections: int
    seconds: float
    pause_seconds: float = 0.0
    rewritten: bool = False

    async def of(self, target: Target) -> Seen:
        """Ask it; raises `NotMeasured` for the first answer that is not whole."""
        ours = target is self.stage.ours
        request, check = (self.job.request, self.job.check) if ours else (self.job.baseline, self._passed_on)
        async with connections(target.address, self.connections, _FIRST_WORD) as lines:
            await self._ask(lines, request, check, target, _WARM_SECONDS)
            await target.settled()
            before = _Counters.read(target, self.stage.cores)
            replies = await self._ask(lines, request, check, target, self.seconds)
            wall = time.monotonic() - before.wall
            await target.settled()
            after = _Counters.read(target, self.stage.cores)
        return _seen(replies, wall, before, after)

    def _passed_on(self, reply: Reply) -> bool:
        return reply.status == 200 and (self.rewritten or reply.body == self.job.passed)

    async def _ask(
        self, lines: Sequence[Connection], request: bytes, check: Check, target: Target, seconds: float
    ) -> Sequence[tuple[float, float]]:
        until = time.monotonic() + seconds
        timed: list[tuple[float, float]] = []
        wrong: list[str] = []
        pauses = random.Random(1)

        async def keep_asking(line: Connection) -> None:
            while time.monotonic() < until:
                reply = await line.ask(request)
                if not check(reply):
                    wrong.append(f"{target.name}, {self.job.name}: {reply.status} {reply.body[:2000]!r}")
                    return
                target.answered += 1
                timed.append((1000 * reply.first_seconds, 1000 * reply.seconds))
                if self.pause_seconds:
                    await asyncio.sleep(pauses.uniform(0, 2 * self.pause_seconds))

        async with asyncio.TaskGroup() as group:
            for line in lines:
                group.create_task(keep_asking(line))
        if wrong:
            raise NotMeasured(wrong[0])
        return timed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counters:
    """All clocks at one moment."""

    wall: float
    server: float
    database: float
    core: float

    @classmethod
    def read(cls, target: Target, cores: Cores) -> "_Counters":
        server, database = target.members().cpu_seconds()
        return cls(wall=time.monotonic(), server=server, database=database, core=core_busy_seconds(cores.server))


def _seen(timed: Sequence[tuple[float, float]], wall: float, before: _Counters, after: _Counters) -> Seen:
    server, database = after.server - before.server, after.database - before.database
    strangers = after.core - before.core - server - database
    return Seen(
        answers=len(timed),
        wall_seconds=wall,
        server_cpu_seconds=server,
        database_cpu_seconds=database,
        strangers_share=max(strangers, 0.0) / (after.wall - before.wall),
        first_ms=[first for first, _ in timed],
        whole_ms=[whole for _, whole in timed],
    )
