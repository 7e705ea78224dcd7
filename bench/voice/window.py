"""One measured window: so many sessions that never pause, against one server."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import grpc

from bench.voice.accounting import Cores, core_busy_seconds, cpu_seconds
from bench.voice.load import FRAME_BYTES, SAMPLE_RATE
from bench.voice.scripted_llm import ScriptedLlm
from bench.voice.servers import Server
from bench.voice.sessions import Heard, Session, open_sessions
from bench.voice.spread import percentile

_WARM_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one window gave; shares are parts of one core: the load's of its own, strangers' of the fuller of both.

    `delay_*` run from the token that decided a cut to the first sound of its sentence at the client. A turn is
    `recut` where a sentence was cut elsewhere than agreed: then no token of the load decided it.
    """

    sessions: int
    turns: int
    recut: int
    errors: int
    mean_turn_seconds: float
    sound_seconds: float
    server_cpu_seconds: float
    load_share: float
    strangers_share: float
    delays: int
    delay_p50_ms: float
    delay_p95_ms: float

    @property
    def cpu_ms_per_sound_second(self) -> float:
        """Milliseconds of the server's processor per second of sound."""
        return 1000.0 * self.server_cpu_seconds / self.sound_seconds if self.sound_seconds else float("inf")


@dataclass(slots=True)
class _Tally:
    """Counts while the window is open."""

    turns: int = 0
    recut: int = 0
    errors: int = 0
    turn_seconds: float = 0.0
    delays: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counters:
    """All clocks at one moment."""

    wall: float
    server: float
    load: float
    server_core: float
    load_core: float
    sound_bytes: int

    @classmethod
    def read(cls, server: Server, cores: Cores, sessions: Sequence[Session]) -> "_Counters":
        return cls(
            wall=time.monotonic(),
            server=cpu_seconds(server.pid),
            load=time.process_time(),
            server_core=core_busy_seconds(cores.server),
            load_core=core_busy_seconds(cores.load),
            sound_bytes=sum(session.sound_bytes for session in sessions),
        )


class Window:
    """Keeps the sessions talking, staggered over one turn, and looks at the middle for `seconds`."""

    def __init__(self, server: Server, llm: ScriptedLlm, *, sessions: int, seconds: float, cores: Cores) -> None:
        self._server = server
        self._llm = llm
        self._count = sessions
        self._seconds = seconds
        self._cores = cores
        self._deciding = llm.load.deciding_tokens()
        self._tally = _Tally()
        self._talking = True
        self._looking = False

    async def measure(self) -> Seen:
        """Play the window; a turn that fails is counted, never raised."""
        async with open_sessions(self._server, self._count) as sessions, asyncio.TaskGroup() as talking:
            apart = self._llm.load.turn_seconds / len(sessions)
            for n, session in enumerate(sessions):
                talking.create_task(self._talk(session, n * apart))
            await asyncio.sleep(self._llm.load.turn_seconds + _WARM_SHARE * self._seconds)
            before = _Counters.read(self._server, self._cores, sessions)
            self._looking = True
            await asyncio.sleep(self._seconds)
            self._looking = self._talking = False
            after = _Counters.read(self._server, self._cores, sessions)
        return self._seen(before, after)

    def _seen(self, before: _Counters, after: _Counters) -> Seen:
        tally, wall = self._tally, after.wall - before.wall
        cpu, load = after.server - before.server, after.load - before.load
        strangers = (after.server_core - before.server_core - cpu, after.load_core - before.load_core - load)
        return Seen(
            sessions=self._count,
            turns=tally.turns,
            recut=tally.recut,
            errors=tally.errors,
            mean_turn_seconds=tally.turn_seconds / tally.turns if tally.turns else float("inf"),
            sound_seconds=(after.sound_bytes - before.sound_bytes) / (SAMPLE_RATE * FRAME_BYTES),
            server_cpu_seconds=cpu,
            load_share=load / wall,
            strangers_share=max(*strangers, 0.0) / wall,
            delays=len(tally.delays),
            delay_p50_ms=1000 * percentile(tally.delays, 0.5),
            delay_p95_ms=1000 * percentile(tally.delays, 0.95),
        )

    async def _talk(self, session: Session, begin_after: float) -> None:
        await asyncio.sleep(begin_after)
        while self._talking:
            began = time.monotonic()
            try:
                heard = await session.ask()
            except grpc.aio.AioRpcError:
                self._tally.errors += 1
                return
            if self._looking:
                self._note(heard, time.monotonic() - began)
            self._llm.written.pop(heard.number, None)

    def _note(self, heard: Heard, seconds: float) -> None:
        self._tally.turns += 1
        self._tally.turn_seconds += seconds
        if heard.texts != list(self._llm.load.pieces):
            self._tally.recut += 1
            return
        written = self._llm.written[heard.number]
        self._tally.delays += [heard.first_sound[n] - written[token] for n, token in enumerate(self._deciding)]
