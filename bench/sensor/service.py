"""Frames per second through our own gRPC service: `python -m bench.sensor.service [--rounds N] [--json]`.

Server: the real manager, interceptor, DataStreamServicer, workflow and encoder in front of a module whose frames of
1000 sensors x 256 float32 lie ready. Client: GrpcStreamClient, and the [sensor][bin] array of each frame. Two
processes, on a core each and then both on one; the naive way (public classes, one float at a time) beside them in the
same run.
Computing the spectra and bringing rows from the worker processes is not part of it.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.sensor.wire import BINS, SENSORS, measure
from nexy_client.streams import Encoding, GrpcStreamClient
from nexy_protocol.memory import keep_freed_memory

ROOT = Path(__file__).parents[2]
FRAMES, WARM = 400, 10
_LIFE_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigure:
    """Median, least and most of the rounds; client CPU per frame."""

    cores: int
    encoding: str
    frames_per_s: float
    least: float
    most: float
    client_ms: float


async def serve() -> None:
    """Print the port, then serve until the parent ends this process."""
    from nexy.contracts.streams import SpectrumFrame
    from support.sensor_parts import ScriptedStreams, SensorScript, grpc_sensors

    keep_freed_memory()
    ready = [np.random.default_rng(seed).random((SENSORS, BINS), np.float32) for seed in range(4)]
    extremes = [(float(one.max()), float(one.min())) for one in ready]
    rows = [one.tobytes() for one in ready]

    def frame(_: ScriptedStreams, stream_id: int, number: int) -> SpectrumFrame:
        which, start = number % len(rows), 1_700_000_000_000 + 39 * number
        highest, lowest = extremes[which]
        return SpectrumFrame(
            stream_id=stream_id, number=number, start_ms=start, end_ms=start + 39, first_channel=1,
            sensors=SENSORS, bins=BINS, intensities=rows[which], highest=highest, lowest=lowest,
        )  # fmt: skip

    # The script's own frames are made one by one and kept, which is right for a handful.
    ScriptedStreams._frame = frame
    script = SensorScript(rows=1_000_000, sensors=SENSORS, bins=BINS, streams=1)
    with tempfile.TemporaryDirectory() as home:
        async with grpc_sensors(Path(home), script) as sensors:
            print(sensors.manager.address.rpartition(":")[2], flush=True)
            await asyncio.sleep(_LIFE_SECONDS)


@contextmanager
def _server(core: int) -> Iterator[int]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "server" / "tests"), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "bench.sensor.service", "--serve"]
    environment = {**os.environ, "PYTHONPATH": paths}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    os.sched_setaffinity(process.pid, {core})
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _one_round(client: GrpcStreamClient, encoding: Encoding) -> tuple[float, float]:
    """Frames per second, and seconds of client CPU per frame."""
    frames = client.stream_spectrograms("12-70788", FRAMES + WARM, encoding=encoding)
    for _ in range(WARM):
        next(frames)
    began, cpu = time.perf_counter(), time.process_time()
    for frame in frames:
        assert frame.to_numpy().shape == (SENSORS, BINS)
    return FRAMES / (time.perf_counter() - began), (time.process_time() - cpu) / FRAMES


def measured(server_core: int, client_core: int, rounds: int) -> list[ServiceFigure]:
    """Every encoding in every round, in turns."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {client_core})
    try:
        with _server(server_core) as port, GrpcStreamClient().connect_context("127.0.0.1", port) as client:
            seen = [{encoding: _one_round(client, encoding) for encoding in Encoding} for _ in range(rounds)]
    finally:
        os.sched_setaffinity(0, before)
    return [
        ServiceFigure(
            cores=len({server_core, client_core}),
            encoding=encoding.name,
            frames_per_s=round(statistics.median(one[encoding][0] for one in seen), 1),
            least=round(min(one[encoding][0] for one in seen), 1),
            most=round(max(one[encoding][0] for one in seen), 1),
            client_ms=round(1000 * statistics.median(one[encoding][1] for one in seen), 3),
        )
        for encoding in Encoding
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve())
        return
    cores = sorted(os.sched_getaffinity(0))
    (naive,) = measure(["naive"], options.rounds)
    figures = [*measured(cores[0], cores[-1], options.rounds), *measured(cores[0], cores[0], options.rounds)]
    if options.json:
        print(json.dumps({"naive": asdict(naive), "service": [asdict(one) for one in figures]}, indent=1))
        return
    print(f"naive, two cores: {naive.frames_per_s:.1f} frames/s")
    for one in figures:
        print(f"{one.cores} core{'s' * (one.cores > 1)} {one.encoding:11}{one.frames_per_s:7.0f} frames/s "
              f"({one.least:.0f}-{one.most:.0f}), client {one.client_ms:.2f} ms/frame")  # fmt: skip


if __name__ == "__main__":
    main()
