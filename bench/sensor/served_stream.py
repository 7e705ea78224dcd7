"""A stream as `nexy serve` gives it, validated: what server, workers and client cost, and the validator in it."""

import asyncio
import json
import os
import tempfile
import time
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from bench.sensor.timed import Timed
from bench.voice.accounting import Cores, cpu_seconds
from bench.voice.servers import ROOT, ours_as_installed, running
from nexy_client.streams import AsyncGrpcStreamClient, ConfigureAnswer, Encoding, FocusClient
from nexy_client.validation import Asked, StreamValidator

_RECORDING = "iDAS005_hdf5_example.626.h5"
_WARM_FRAMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedLoad:
    """What is served and watched; `source` is the server's own word for it, without its name."""

    source: str
    told: str
    channels: int = 1000
    bins: int = 256
    nfft: int = 1024
    seconds: float = 8.0

    @classmethod
    def usual(cls) -> "ServedLoad":
        """A real recording that is wide enough, where NEXY_DAS_RECORDINGS or the usual place has it."""
        given = os.environ.get("NEXY_DAS_RECORDINGS")
        file = (Path(given) if given else ROOT.parent / "shared" / "data" / "das") / _RECORDING
        if file.is_file():
            return cls(source=f"loop:{file}", told=f"{_RECORDING}, looped")
        return cls(source="synthetic:?channels=1000&rate=1000", told="synthetic fibre, which is computed too")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Milliseconds of CPU a frame: the server with its workers, the client without the validator, the validator."""

    server_ms: float
    client_ms: float
    validator_ms: float
    source: str = ""


async def measure_served(load: ServedLoad, cores: Cores) -> Served:
    """Serve, watch for so many seconds, end everything."""
    with tempfile.TemporaryDirectory(prefix="nexy-bench-") as home:
        recipe = ours_as_installed(Path(home), {"SENSOR_SOURCES": f"fibre={load.source}"})
        async with running(recipe, [cores.server]) as server:
            doors = json.loads(recipe.ready.read_text())
            rest = FocusClient(f"http://{doors['api']}")
            answer = await asyncio.to_thread(
                rest.configure, channels=(0, load.channels - 1), nfft=load.nfft, height=load.bins
            )
            return await _watched(load, answer, server.pid, doors["grpc"])


async def _watched(load: ServedLoad, answer: ConfigureAnswer, pid: int, address: str) -> Served:
    validator = StreamValidator(answer, asked=Asked(live=True), encoding=Encoding.FLOAT)
    feed, frames = Timed(validator.feed), 0
    host, _, port = address.rpartition(":")
    async with AsyncGrpcStreamClient().connect_context(host, int(port)) as client:
        async with aclosing(client.stream_spectrograms(answer.job_id, encoding=Encoding.FLOAT)) as stream:
            async for frame in stream:
                frame.to_numpy()
                feed(frame)
                frames += 1
                if frames == _WARM_FRAMES:
                    began, ours, theirs = time.monotonic(), time.process_time(), cpu_seconds(pid)
                elif frames > _WARM_FRAMES and time.monotonic() - began > load.seconds:
                    break
        ours, theirs = time.process_time() - ours, cpu_seconds(pid) - theirs
    counted = frames - _WARM_FRAMES
    own_ms = feed.mean_s * 1000
    return Served(
        server_ms=theirs / counted * 1000,
        client_ms=ours / counted * 1000 - own_ms,
        validator_ms=own_ms,
        source=load.told,
    )
