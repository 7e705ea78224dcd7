"""Frames, certificates and both clients, for the tests of this folder."""

import asyncio
import subprocess
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from nexy_client.streams import AsyncGrpcStreamClient, Encoding, Frame, GrpcStreamClient, StreamError, StreamMetrics
from nexy_protocol.frame_codec import encode_frame

Kind: TypeAlias = Literal["sync", "asyncio"]
SENSORS, BINS = 5, 4
QUICK: dict[str, Any] = {"retry_delay": 0.02, "connection_timeout": 5, "stream_timeout": 10, "gap_timeout": 5}
AMPLITUDES = np.arange(1, SENSORS * BINS + 1, dtype=np.float32).reshape(SENSORS, BINS)


def frame_bytes(number: int, *, encoding: Encoding = Encoding.FLOAT, dropped: int = 0, sent_ms: int = 0) -> bytes:
    """One good frame."""
    return encode_frame(
        AMPLITUDES,
        first_id=1,
        sensors=SENSORS,
        bins=BINS,
        start_ms=1000 + 39 * number,
        end_ms=1039 + 39 * number,
        highest=float(AMPLITUDES.max()),
        lowest=float(AMPLITUDES.min()),
        number=number,
        sent_ms=sent_ms,
        dropped=dropped,
        encoding=encoding,
    )


@dataclass(slots=True)
class Watched:
    """What a client got: frames, and how it ended."""

    frames: list[Frame] = field(default_factory=list)
    error: StreamError | None = None
    metrics: StreamMetrics = field(default_factory=StreamMetrics)

    @property
    def numbers(self) -> list[int]:
        """The frames by their numbers."""
        return [frame.frame_number for frame in self.frames]


def watch(kind: Kind, port: int, settings: dict[str, Any] | None = None, **order: Any) -> Watched:
    """Connect, watch to the end, disconnect; a StreamError is kept."""
    wanted = {"job_id": "12-70788", **order}
    chosen = {**QUICK, **(settings or {})}
    return _watch(port, chosen, wanted) if kind == "sync" else asyncio.run(_watch_async(port, chosen, wanted))


def _watch(port: int, settings: dict[str, Any], order: dict[str, Any]) -> Watched:
    client, seen = GrpcStreamClient(**settings), Watched()
    try:
        with client.connect_context("127.0.0.1", port):
            for frame in client.stream_spectrograms(**order):
                seen.frames.append(frame)
    except StreamError as error:
        seen.error = error
    seen.metrics = client.get_metrics()
    return seen


async def _watch_async(port: int, settings: dict[str, Any], order: dict[str, Any]) -> Watched:
    client, seen = AsyncGrpcStreamClient(**settings), Watched()
    try:
        async with client.connect_context("127.0.0.1", port):
            async with aclosing(client.stream_spectrograms(**order)) as frames:
                async for frame in frames:
                    seen.frames.append(frame)
    except StreamError as error:
        seen.error = error
    seen.metrics = client.get_metrics()
    return seen


@dataclass(slots=True)
class SetClock:
    """A clock that stands until it is told to go."""

    now: float = 100.0
    epoch_ahead: float = 1_700_000_000.0

    def monotonic(self) -> float:
        return self.now

    def epoch(self) -> float:
        return self.now + self.epoch_ahead

    def forward(self, seconds: float) -> None:
        self.now += seconds


def certificate(folder: Path, name: str = "nexy.test") -> tuple[bytes, bytes]:
    """A fresh key and a certificate for `name` that signs itself, both PEM; also written to cert.pem."""
    folder.mkdir(exist_ok=True)
    key, cert = folder / "key.pem", folder / "cert.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    command = ["openssl", "req", "-x509", *kind, *subject, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True, timeout=20)
    return key.read_bytes(), cert.read_bytes()
