"""A known signal through the whole server: REST configure, worker, gRPC, and out of the right place."""

import asyncio
import wave
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from numpy.typing import NDArray

from nexy_protocol import datastream_pb2 as pb
from support.sensor_server import SensorServer, sensor_server

pytestmark = pytest.mark.slow

START = 1_700_000_000
RATE = 1000
# On a bin's centre at every length: 1000 Hz / 128 · 16, so bin 16 of 128 and bin 8192 of 65536.
HERTZ = 125.0
TONES = (2, 5, 17, 40)
AMPLITUDES = (3.5, 0.002, 1e-9, 7e6)


async def rows_of(server: SensorServer, job_id: str, stream: int, frames: int = 0) -> list[NDArray[np.float32]]:
    """The [sensor][bin] of every frame of one stream."""
    request = pb.StreamRequest(job_id=job_id, stream_id=stream, max_frames=frames)
    call = server.stub.StreamSpectrograms(request)
    found = []
    async with asyncio.timeout(60):
        async for message in call:
            if message.rows:
                sensors = message.rows[0].sensors
                found.append(np.array([sensor.intensity for sensor in sensors], np.float32))
    return found


def _fibre() -> str:
    tones = ";".join(
        f"{channel}:{HERTZ}:{amplitude:.10f}" for channel, amplitude in zip(TONES, AMPLITUDES, strict=True)
    )
    return f"fibre=synthetic:?channels=48&rate={RATE}&noise=0&duration=80&start={START}&tones={tones}"


def _assert_tone(told: dict[str, Any], row: NDArray[np.float32], index: int, amplitude: float) -> None:
    """One channel of a row reads the tone in its bin and next to nothing beyond the window's main lobe."""
    spectrum, hertz = row[index], np.array(told["frequencies_list"])
    assert hertz[spectrum.argmax()] == pytest.approx(HERTZ)
    assert spectrum.max() == pytest.approx(amplitude, rel=0.01)
    step = RATE / told["nfft_effective"]
    assert spectrum[np.abs(hertz - HERTZ) > 1.5 * step].max() < 1e-3 * amplitude


async def test_a_tone_comes_out_where_it_went_in_at_every_length(tmp_path: Path) -> None:
    """All lengths for many channels: its channel, its stream, its bin, within 1 %, whatever the amplitude."""
    async with sensor_server(tmp_path, _fibre(), channels_per_stream=20) as server:
        for nfft in (128, 256, 512, 1024, 2048):
            told = await server.configured(
                nfftSelection=nfft, displayInfo={"height": 5000}, channels={"min": 1, "max": 47},
                start_time=START + 1, end_time=START + 4,
            )  # fmt: skip
            assert (told["stream_amount"], told["hop"]) == (3, 39)
            assert told["frequencies_amount"] == nfft // 2 + 1
            streams = [await rows_of(server, told["job_id"], stream, 12) for stream in range(3)]
            for channel, amplitude in zip(TONES, AMPLITUDES, strict=True):
                stream = told["channel_to_stream_index"][str(channel)]
                for row in streams[stream]:
                    _assert_tone(told, row, channel - 1 - 20 * stream, amplitude)
            silent = np.concatenate([streams[stream][5] for stream in range(3)])
            assert not np.delete(silent, [channel - 1 for channel in TONES], axis=0).any()


async def test_one_channel_alone_may_be_long(tmp_path: Path) -> None:
    """Up to 65536 for a single channel, with the very same amplitude."""
    async with sensor_server(tmp_path, _fibre()) as server:
        for nfft in (4096, 16384, 65536):
            told = await server.configured(
                nfftSelection=nfft, displayInfo={"height": 40_000}, channels={"min": 2, "max": 2}, view_type=1,
                start_time=START, end_time=START + 70,
            )  # fmt: skip
            for row in await rows_of(server, told["job_id"], 0, 3):
                _assert_tone(told, row, 0, AMPLITUDES[0])


async def test_a_display_bin_shows_its_loudest_member(tmp_path: Path) -> None:
    """Fewer rows of pixels than bins: the tone keeps its amplitude, in the bin whose range holds it."""
    async with sensor_server(tmp_path, _fibre()) as server:
        for height in (1, 7, 32):
            told = await server.configured(
                nfftSelection=2048, displayInfo={"height": height}, channels={"min": 0, "max": 9},
                frequencyRange={"min": 50, "max": 300}, start_time=START, end_time=START + 3,
            )  # fmt: skip
            hertz = np.array(told["frequencies_list"])
            assert len(hertz) == height
            assert ((hertz >= 50) & (hertz <= 300)).all()
            (row, *_) = await rows_of(server, told["job_id"], 0, 1)
            assert row[2].max() == pytest.approx(AMPLITUDES[0], rel=0.01)
            assert abs(hertz[row[2].argmax()] - HERTZ) <= 250 / height / 2 + RATE / 2048


async def test_a_burst_shows_when_and_where_it_happened(tmp_path: Path) -> None:
    """A tenth of a second of sound on one channel of a file: loudest in a row that covers it, silent elsewhere."""
    path = tmp_path / "burst.wav"
    samples = np.zeros((8 * RATE, 4), np.int16)
    began, length = 5 * RATE, RATE // 10
    samples[began : began + length, 3] = 16384 * np.sin(2 * np.pi * HERTZ * np.arange(length) / RATE)
    # Steady hum, so that no channel is dead.
    samples[:, :3] = (800 * np.sin(2 * np.pi * 62.5 * np.arange(8 * RATE) / RATE)).astype(np.int16)[:, np.newaxis]
    with wave.open(str(path), "wb") as file:
        file.setparams((4, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    async with sensor_server(tmp_path / "home", f"hum=wav:{quote(str(path))}?start={START}") as server:
        told = await server.configured(nfftSelection=128, start_time=START, end_time=START + 8)
        rows = await rows_of(server, told["job_id"], 0)
    loud = [row[3].max() for row in rows]
    loudest = int(np.argmax(loud)) * told["lines_dt"]
    assert 5.0 - told["lines_dt"] <= loudest <= 5.1
    assert max(loud) == pytest.approx(0.5, rel=0.2)
    quiet = [each for number, each in enumerate(loud) if abs(number * told["lines_dt"] - 5.05) > 0.3]
    assert max(quiet) == 0.0
