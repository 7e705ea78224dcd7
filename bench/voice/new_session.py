"""What one more person costs: a new connection, device and session with a first turn, then kept open."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench.voice.accounting import cpu_seconds, private_mb
from bench.voice.servers import Server
from bench.voice.sessions import Session, open_sessions

_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCost:
    """Per session: processor time with the first turn in it, the same less a further turn, memory while it is open."""

    whole_cpu_ms: float
    added_cpu_ms: float
    memory_mb: float


async def session_cost(server: Server, count: int) -> SessionCost:
    """Open `count` sessions beside each other; a round before has filled what is filled only once."""
    async with _talked(server, count):
        pass
    memory, before = private_mb(server.pid), cpu_seconds(server.pid)
    async with _talked(server, count) as sessions:
        opened, grown = cpu_seconds(server.pid), private_mb(server.pid)
        await _one_turn_each(sessions)
        again = cpu_seconds(server.pid)
    first, further = opened - before, again - opened
    return SessionCost(
        whole_cpu_ms=1000 * first / count,
        added_cpu_ms=1000 * (first - further) / count,
        memory_mb=max(grown - memory, 0.0) / count,
    )


@asynccontextmanager
async def _talked(server: Server, count: int) -> AsyncGenerator[Sequence[Session], None]:
    async with open_sessions(server, count) as sessions:
        await _one_turn_each(sessions)
        yield sessions


async def _one_turn_each(sessions: Sequence[Session]) -> None:
    free = asyncio.Semaphore(_AT_ONCE)

    async def turn(session: Session) -> None:
        async with free:
            await session.ask()

    await asyncio.gather(*(turn(session) for session in sessions))
