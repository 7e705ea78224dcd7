"""The streams of a job at the pace at which they are to be seen."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field

from nexy_client.stream_cli.viewing.bands import Bands
from nexy_client.stream_cli.viewing.peak import Peak, peak_of
from nexy_client.streams.async_grpc_stream_client import AsyncGrpcStreamClient
from nexy_client.streams.focus_answers import ConfigureAnswer
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import Frame

_MS = 1000
# A hole in a recording is not waited through.
_LONGEST_STEP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is to be shown: `speed` 0 takes frames as fast as they come, `seconds` bounds the time that rows cover."""

    client: AsyncGrpcStreamClient
    answer: ConfigureAnswer
    bands: Bands
    source: str = ""
    streams: tuple[int, ...] = (0,)
    frames: int = 0
    encoding: Encoding = Encoding.PACKED_F32
    speed: float = 0.0
    live: bool = True
    seconds: float = math.inf

    @property
    def decibels(self) -> bool:
        """Whether intensities are dB; bytes on the wire are amplitudes again when the client gives them."""
        return "db" in self.answer.intensity_unit.lower()

    async def paced(self, running: asyncio.Event) -> AsyncGenerator[tuple[int, Frame], None]:
        """Stream and frame; a recording waits while `running` is not set, and runs at its speed otherwise."""
        pace, first = Pace(self.speed, max(_LONGEST_STEP_S, 2 * self.answer.lines_dt)), None
        async with aclosing(self._in_step()) as rows:
            async for stream, frame in rows:
                if frame.rows:
                    begin = frame.rows[0].startTimestamp
                    first = begin if first is None else first
                    if begin - first >= self.seconds * _MS:
                        return
                    await pace.reached(begin)
                if not self.live and not running.is_set():
                    await running.wait()
                    pace.rested()
                yield stream, frame

    async def _in_step(self) -> AsyncGenerator[tuple[int, Frame], None]:
        """Always of the stream that is furthest behind, so that they stay together whatever one of them loses."""
        async with AsyncExitStack() as stack:
            readers = {number: self._frames(number) for number in self.streams}
            for reader in readers.values():
                await stack.enter_async_context(aclosing(reader))
            reached = dict.fromkeys(readers, -math.inf)
            while reached:
                stream = min(reached, key=lambda one: reached[one])
                frame = await anext(readers[stream], None)
                if frame is None:
                    del reached[stream]
                    continue
                if frame.rows:
                    reached[stream] = frame.rows[0].startTimestamp
                yield stream, frame

    def _frames(self, stream: int) -> AsyncGenerator[Frame, None]:
        return self.client.stream_spectrograms(
            self.answer.job_id, self.frames, stream_id=stream, encoding=self.encoding
        )

    def peak(self, frame: Frame) -> Peak | None:
        """The loudest place; None where there is no row."""
        values = frame.to_numpy()
        if not values.size:
            return None
        return peak_of(values, frame.sensor_ids, self.bands, decibels=self.decibels)


class Pace:
    """Waits until the time of a row has come."""

    def __init__(
        self,
        speed: float,
        longest_s: float,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._speed = speed
        self._longest_s = longest_s
        self._now = now
        self._sleep = sleep
        self._due: float | None = None
        self._begin_ms = 0

    async def reached(self, begin_ms: int) -> None:
        """The row that begins then may be shown."""
        if not self._speed:
            return
        step = min(max(begin_ms - self._begin_ms, 0) / _MS, self._longest_s)
        self._due = self._now() if self._due is None else self._due + step / self._speed
        self._begin_ms = max(begin_ms, self._begin_ms)
        if self._due > self._now():
            await self._sleep(self._due - self._now())

    def rested(self) -> None:
        """Go on from now."""
        self._due = None


@dataclass(slots=True)
class Losses:
    """Counts what is missing between the numbers of the frames of each stream."""

    total: int = 0
    _last: Counter[int] = field(default_factory=Counter)

    def before(self, frame: Frame, stream: int = 0) -> int:
        """How many are missing right before this one."""
        last = self._last[stream]
        missing = max(frame.frame_number - last - 1, 0) if last else 0
        self._last[stream] = frame.frame_number
        self.total += missing
        return missing
