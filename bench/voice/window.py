"""One measured window: so many sessions that never pause, against one server."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import grpc

from bench.voice.accounting import core_busy_seconds, cpu_seconds
from bench.voice.load import FRAME_BYTES, SAMPLE_RATE
from bench.voice.scripted_llm import ScriptedLlm
from bench.voice.servers import Server
from bench.voice.sessions import Heard, Session, open_sessions

_WARM_SECONDS = 0.5


@dataclass(slots=True, kw_only=True)
class Seen:
    """What one window gave; `load_share` and `foreign_share` are parts of the load's and the server's core."""

    sessions: int
    turns: int = 0
    turn_seconds: float = 0.0
    recut: int = 0
    errors: int = 0
    sound_seconds: float = 0.0
    server_cpu_seconds: float = 0.0
    load_share: float = 0.0
    foreign_share: float = 0.0
    delays: list[float] = field(default_factory=list)

    @property
    def cpu_ms_per_sound_second(self) -> float:
        """Milliseconds of the server's processor per second of sound."""
        return 1000.0 * self.server_cpu_seconds / self.sound_seconds if self.sound_seconds else float("inf")

    @property
    def mean_turn_seconds(self) -> float:
        """How long a turn lasted, the model's own pace in it."""
        return self.turn_seconds / self.turns if self.turns else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """All counters at one moment."""

    wall: float
    server: float
    load: float
    core: float
    sound_bytes: int

    @classmethod
    def read(cls, server: Server, core: int, sessions: Sequence[Session]) -> "Counters":
        """Now."""
        return cls(
            wall=time.monotonic(),
            server=cpu_seconds(server.pid),
            load=time.process_time(),
            core=core_busy_seconds(core),
            sound_bytes=sum(session.sound_bytes for session in sessions),
        )

    def until(self, later: "Counters", seen: Seen) -> None:
        """Put what happened between the two into `seen`."""
        wall = later.wall - self.wall
        seen.server_cpu_seconds = later.server - self.server
        seen.sound_seconds = (later.sound_bytes - self.sound_bytes) / (SAMPLE_RATE * FRAME_BYTES)
        seen.load_share = (later.load - self.load) / wall
        seen.foreign_share = max(later.core - self.core - seen.server_cpu_seconds, 0.0) / wall


class Window:
    """Keeps the sessions talking, staggered over one turn, and looks at the middle."""

    def __init__(self, server: Server, llm: ScriptedLlm, sessions: int, seconds: float, core: int) -> None:
        self._server = server
        self._llm = llm
        self._count = sessions
        self._seconds = seconds
        self._core = core
        self._deciding = llm.load.deciding_tokens()
        self._talking = True
        self._looking = False
        self._seen = Seen(sessions=sessions)

    async def measure(self) -> Seen:
        """Play the window; a turn that fails is counted, never raised."""
        async with open_sessions(self._server, self._count) as sessions:
            apart = self._llm.load.turn_seconds / len(sessions)
            async with asyncio.TaskGroup() as talking:
                for n, session in enumerate(sessions):
                    talking.create_task(self._talk(session, n * apart))
                await asyncio.sleep(self._llm.load.turn_seconds + _WARM_SECONDS)
                await self._look(sessions)
                self._talking = False
        return self._seen

    async def _look(self, sessions: Sequence[Session]) -> None:
        before = Counters.read(self._server, self._core, sessions)
        self._looking = True
        await asyncio.sleep(self._seconds)
        self._looking = False
        before.until(Counters.read(self._server, self._core, sessions), self._seen)

    async def _talk(self, session: Session, begin_after: float) -> None:
        await asyncio.sleep(begin_after)
        while self._talking:
            began = time.monotonic()
            try:
                heard = await session.ask()
            except grpc.aio.AioRpcError:
                self._seen.errors += 1
                return
            if self._looking:
                self._note(heard, time.monotonic() - began)
            self._llm.written.pop(heard.number, None)

    def _note(self, heard: Heard, seconds: float) -> None:
        """One turn; delays run from each deciding token to the first sound of its sentence."""
        self._seen.turns += 1
        self._seen.turn_seconds += seconds
        # A pause of the load itself may cut a sentence elsewhere; then none of its tokens decided the cut.
        if heard.texts != list(self._llm.load.pieces):
            self._seen.recut += 1
            return
        written = self._llm.written[heard.number]
        self._seen.delays += [heard.first_sound[n] - written[token] for n, token in enumerate(self._deciding)]
