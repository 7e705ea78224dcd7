"""What one more person costs: a new connection, device, session and call with a first turn, all kept open."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bench.voice.accounting import cpu_seconds, private_mb
from bench.voice.servers import Server
from bench.voice.sessions import Session, open_sessions

_AT_ONCE = 8
_WARM_SESSIONS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCost:
    """Per session: processor time with the first turn in it, the same less a further turn, memory while it is open."""

    whole_cpu_ms: float
    added_cpu_ms: float
    memory_mb: float


class NewSessions:
    """Asks one server; memory is counted from its state before the first crowd, as nothing is given back later."""

    def __init__(self, server: Server, count: int) -> None:
        self._server = server
        self._count = count
        self._fresh_mb = 0.0

    async def warm(self) -> None:
        """Fill what is filled only once: imports, pools, caches."""
        async with open_sessions(self._server, _WARM_SESSIONS) as sessions:
            await _one_turn_each(sessions)
        self._fresh_mb = private_mb(self._server.pid)

    async def cost(self) -> SessionCost:
        """Open `count` sessions, give each a first turn and a further one."""
        pid = self._server.pid
        before = cpu_seconds(pid)
        async with open_sessions(self._server, self._count) as sessions:
            await _one_turn_each(sessions)
            opened, grown = cpu_seconds(pid), private_mb(pid)
            await _one_turn_each(sessions)
            again = cpu_seconds(pid)
        first, further = opened - before, again - opened
        return SessionCost(
            whole_cpu_ms=1000 * first / self._count,
            added_cpu_ms=1000 * (first - further) / self._count,
            memory_mb=max(grown - self._fresh_mb, 0.0) / self._count,
        )


async def _one_turn_each(sessions: Sequence[Session]) -> None:
    free = asyncio.Semaphore(_AT_ONCE)

    async def turn(session: Session) -> None:
        async with free:
            await session.ask_and_stay()

    await asyncio.gather(*(turn(session) for session in sessions))
