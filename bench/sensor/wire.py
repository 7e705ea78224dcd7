"""Frames per second from a computed frame to the client's array: `python -m bench.sensor.wire [--rounds N] [--json]`.

A server process (grpc.aio, one core) writes frames of 1000 sensors x 256 float32 that lie ready in memory; a client
process (the other core) receives them and takes the [sensor][bin] array of each. The variants take turns in every
round; the figure is the median of the rounds. Computing the spectra is not part of it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import grpc
import numpy as np

from bench.sensor.wire_variants import VARIANTS, Variant
from nexy_client.streams import Encoding, GrpcStreamClient
from nexy_client.streams.address import Address
from nexy_client.streams.settings import StreamSettings
from nexy_client.streams.trust import Trust
from nexy_client.streams.wire_calls import STREAM_SPECTROGRAMS, channel_options
from nexy_protocol.datastream_pb2 import DataStream, StreamRequest

SENSORS, BINS = 1000, 256
MUST, AIM = 250, 450
_WARM = 10
_ENCODINGS = {"packed_f32": Encoding.PACKED_F32, "packed_u8": Encoding.PACKED_U8}


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFigure:
    """One variant: frames per second (median, least, most of the rounds), MB/s of the median, client CPU per frame."""

    variant: str
    frames_per_s: float
    least: float
    most: float
    mb_per_s: float
    client_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    seconds: float
    cpu_seconds: float
    frames: int
    size: int


@contextmanager
def _server(variant: str, core: int) -> Iterator[int]:
    command = [sys.executable, "-m", "bench.sensor.wire_server", variant, str(SENSORS), str(BINS), str(core)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _with_our_client(variant: Variant, port: int) -> Generator[int, None, None]:
    """The size of each frame once its array is there."""
    with GrpcStreamClient().connect_context("127.0.0.1", port) as client:
        encoding = _ENCODINGS.get(variant.name, Encoding.FLOAT)
        for frame in client.stream_spectrograms("1-1", variant.frames + _WARM, encoding=encoding):
            assert frame.to_numpy().shape == (SENSORS, BINS)
            yield frame.size_bytes


def _with_plain_grpc(variant: Variant, port: int) -> Generator[int, None, None]:
    options = channel_options(StreamSettings(), Trust(), Address(host="127.0.0.1", port=port, tls=False))
    take = _public_array if variant.decoder == "public" else _nothing
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
        stream: Any = channel.unary_stream(STREAM_SPECTROGRAMS, request_serializer=StreamRequest.SerializeToString)
        for data in stream(StreamRequest(max_frames=variant.frames + _WARM)):
            take(data)
            yield len(data)


def _public_array(data: bytes) -> None:
    sensors = DataStream.FromString(data).rows[0].sensors
    assert np.array([sensor.intensity for sensor in sensors], np.float32).shape == (SENSORS, BINS)


def _nothing(_data: bytes) -> None:
    pass


def _one_round(variant: Variant, core: int) -> _Round:
    read: Callable[[Variant, int], Generator[int, None, None]]
    read = _with_our_client if variant.decoder == "ours" else _with_plain_grpc
    with _server(variant.name, core) as port:
        frames = read(variant, port)
        for _ in range(_WARM):
            size = next(frames)
        began, cpu = time.perf_counter(), time.process_time()
        received = sum(1 for _ in frames)
        return _Round(
            seconds=time.perf_counter() - began, cpu_seconds=time.process_time() - cpu, frames=received, size=size
        )


def measure(names: Sequence[str], rounds: int) -> list[WireFigure]:
    """Every variant in every round, in turns."""
    cores = sorted(os.sched_getaffinity(0))
    server_core = cores[0] if len(cores) > 1 else -1
    if server_core >= 0:
        os.sched_setaffinity(0, set(cores[1:2]))
    try:
        seen = [{name: _one_round(VARIANTS[name], server_core) for name in names} for _ in range(rounds)]
    finally:
        os.sched_setaffinity(0, cores)
    return [_figure(name, [one[name] for one in seen]) for name in names]


def _figure(name: str, rounds: Sequence[_Round]) -> WireFigure:
    rates = [one.frames / one.seconds for one in rounds]
    median = statistics.median(rates)
    return WireFigure(
        variant=name,
        frames_per_s=median,
        least=min(rates),
        most=max(rates),
        mb_per_s=median * rounds[0].size / 1e6,
        client_ms=1000 * statistics.median(one.cpu_seconds / one.frames for one in rounds),
    )


def table(figures: Sequence[WireFigure]) -> str:
    """For a terminal."""
    head = f"{'variant':12}{'frames/s':>10}{'least':>8}{'most':>8}{'MB/s':>8}{'client CPU ms/frame':>21}"
    lines = [
        f"{one.variant:12}{one.frames_per_s:10.0f}{one.least:8.0f}{one.most:8.0f}{one.mb_per_s:8.0f}{one.client_ms:21.2f}"
        for one in figures
    ]
    return "\n".join([head, *lines])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=list(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.only, options.rounds)
    print(json.dumps([asdict(one) for one in figures], indent=1) if options.json else table(figures))


if __name__ == "__main__":
    main()
