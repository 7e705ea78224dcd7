"""`nexy serve` with a live fibre, watched by our client: what a second of stream costs, and how late frames are.

The server and its workers share one core, the client has another. The fibre is computed (noise), which the worker pays
for too; a real one would be read from somewhere instead.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.voice.accounting import Cores, cpu_seconds, own_cpu_seconds
from bench.voice.servers import ours_as_installed, running
from nexy_client.streams import AsyncGrpcStreamClient, Encoding
from nexy_client.streams.focus_client import FocusClient
from nexy_client.streams.settings import StreamSettings
from nexy_protocol.frame import Frame

_CONNECT_SECONDS = StreamSettings().connection_timeout


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLoad:
    """A live job on a fibre of 1 kHz, and how many watch each of its streams."""

    name: str
    channels: int
    nfft: int
    bins: int
    viewers: int = 1
    encoding: Encoding = Encoding.PACKED_F32


FIBRE = LiveLoad(name="2222 ch, nfft 2048 → 32 bins", channels=2222, nfft=2048, bins=32)
SHARED = (
    LiveLoad(name="1000 ch × 256 bins, FLOAT", channels=1000, nfft=512, bins=256, viewers=6, encoding=Encoding.FLOAT),
    LiveLoad(
        name="1000 ch × 256 bins, PACKED_U8", channels=1000, nfft=512, bins=256, viewers=12,
        encoding=Encoding.PACKED_U8,
    ),
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Watched:
    """What one viewer saw: milliseconds from sending, and from the row's end, to the frame's array at the client."""

    delays_ms: list[float] = field(default_factory=list)
    ages_ms: list[float] = field(default_factory=list)
    first: int = 0
    last: int = 0

    def saw(self, frame: Frame) -> None:
        """One more frame."""
        frame.to_numpy()
        now = time.time() * 1000
        self.delays_ms.append(now - frame.server_timestamp)
        self.ages_ms.append(now - frame.rows[0].endTimestamp)
        self.first = self.first or frame.frame_number
        self.last = frame.frame_number


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFigure:
    """Processor seconds per second of stream, of the server alone and with its workers; what the viewers saw."""

    load: LiveLoad
    streams: int
    due_per_s: float
    seconds: float
    server_cpu: float
    all_cpu: float
    watched: Sequence[Watched]

    @property
    def rows_per_s(self) -> float:
        """Of the viewer that got the fewest."""
        return min(len(one.delays_ms) for one in self.watched) / self.seconds

    @property
    def lost(self) -> int:
        """Rows that some viewer has missed."""
        return sum(one.last - one.first + 1 - len(one.delays_ms) for one in self.watched)

    @property
    def delay_p95_ms(self) -> float:
        """From sending to the client's array."""
        return p95([delay for one in self.watched for delay in one.delays_ms])

    @property
    def age_p95_ms(self) -> float:
        """From the row's end, as the fibre has it, to the client's array."""
        return p95([age for one in self.watched for age in one.ages_ms])

    @property
    def viewers_per_core(self) -> float:
        """As many as the server's share of its core would leave room for, at the cost of each that was measured."""
        return self.load.viewers / self.server_cpu


def p95(values: Sequence[float]) -> float:
    """Interpolated."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


async def measure(load: LiveLoad, seconds: float, cores: Cores) -> LiveFigure:
    """Start a server with this fibre, let everybody watch, and count for so many seconds once all do."""
    sources = {"SENSOR_SOURCES": f"fibre=synthetic:?channels={load.channels}&rate=1000"}
    with tempfile.TemporaryDirectory(prefix="nexy-bench-", dir="/tmp") as home:
        recipe = ours_as_installed(Path(home), sources)
        async with running(recipe, [cores.server]) as server:
            doors = json.loads(recipe.ready.read_text())
            return await _watched(load, seconds, server.pid, doors)


async def _watched(load: LiveLoad, seconds: float, pid: int, doors: dict[str, str]) -> LiveFigure:
    rest = FocusClient(f"http://{doors['api']}")
    job = await asyncio.to_thread(rest.configure, channels=(0, load.channels - 1), nfft=load.nfft, height=load.bins)
    streams = [stream for stream in range(job.stream_amount) for _ in range(load.viewers)]
    counting = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        started = [asyncio.Event() for _ in streams]
        tasks = [
            group.create_task(_watch(doors["grpc"], job.job_id, stream, load, started[number], counting))
            for number, stream in enumerate(streams)
        ]
        for event in started:
            await event.wait()
        counting.set()
        before, began = (own_cpu_seconds(pid), cpu_seconds(pid)), time.monotonic()
        await asyncio.sleep(seconds)
        counting.clear()
        passed = time.monotonic() - began
        after = own_cpu_seconds(pid), cpu_seconds(pid)
    server, everything = ((one - other) / passed for one, other in zip(after, before, strict=True))
    return LiveFigure(
        load=load, streams=job.stream_amount, due_per_s=1 / job.lines_dt, seconds=passed, server_cpu=server,
        all_cpu=everything, watched=[task.result() for task in tasks],
    )  # fmt: skip


async def _watch(
    address: str, job_id: str, stream: int, load: LiveLoad, started: asyncio.Event, counting: asyncio.Event
) -> Watched:
    """Watch until the counting has ended; what came before it began does not count."""
    seen, counted = Watched(), False
    async with _frames(address, job_id, stream, load.encoding) as frames:
        async for frame in frames:
            started.set()
            if counting.is_set():
                counted = True
                seen.saw(frame)
            elif counted:
                break
    return seen


@asynccontextmanager
async def _frames(
    address: str, job_id: str, stream: int, encoding: Encoding
) -> AsyncGenerator[AsyncGenerator[Frame, None], None]:
    host, _, port = address.rpartition(":")
    async with AsyncGrpcStreamClient(_CONNECT_SECONDS).connect_context(host, int(port)) as client:
        frames = client.stream_spectrograms(job_id, stream_id=stream, encoding=encoding)
        async with aclosing(frames):
            yield frames
