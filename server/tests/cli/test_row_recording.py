"""Rows of a job find their place by their time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from nexy.cli import row_recording
from nexy.cli.row_recording import _Rows
from nexy.contracts.errors import Unavailable
from nexy.transport.http_service.focus.shapes import MetadataReply
from nexy_client.streams.failure import StreamFailed
from nexy_client.streams.grpc_stream_client import GrpcStreamClient
from nexy_protocol import datastream_pb2 as pb
from nexy_protocol.frame import Frame
from nexy_protocol.frame_reading import read_frame

BEGAN_MS = 1_700_000_000_000


def job() -> MetadataReply:
    told: dict[str, Any] = {
        "status": "running", "job_id": "1-1", "stream_url": "x", "stream_port": 1, "frequencies_list": [1.0, 2.0],
        "frequencies_amount": 2, "lines_dt": 0.0390625, "channel_to_stream_index": {"5": 0, "6": 0, "7": 1},
        "stream_amount": 2, "channel_amount": 3, "view_type": 0, "intensity_unit": "", "hop": 39,
        "nfft_effective": 256, "created_at": 1.0, "source": "well", "prr": 1000.0, "rows": None, "dead_channels": [],
        "nan_channels": [],
    }  # fmt: skip
    return MetadataReply(**told)


def frame(row: int, first_channel: int, channels: int) -> Frame:
    """Row number `row` of a stream, every value the row's number."""
    start = BEGAN_MS + round(row * 39.0625)
    sensors = [
        pb.SensorIntensity(id=first_channel + one, intensity=[float(row)] * 2) for one in range(channels)
    ]  # fmt: skip
    shown = pb.SpectrogramRow(sensors=sensors, startTimestamp=start, endTimestamp=start + 39)
    return read_frame(pb.DataStream(rows=[shown], frame_number=row + 1).SerializeToString())


def test_streams_are_put_side_by_side_and_losses_are_nan() -> None:
    """Whatever the order of arrival: time is the row, the channel is the column, what never came is no number."""
    values = np.zeros((5, 3, 2), np.float32)
    rows = _Rows(job(), values)
    for number in (0, 1, 4):
        assert rows.put(frame(number, 5, 2))
    for number in (3, 0):
        assert rows.put(frame(number, 7, 1))
    assert (rows.done, rows.began_ms) == (5, BEGAN_MS)
    for channel in (0, 1):
        assert np.array_equal(values[:, channel, 0], [0, 1, np.nan, np.nan, 4], equal_nan=True)
    assert np.array_equal(values[:, 2, 0], [0, np.nan, np.nan, 3, np.nan], equal_nan=True)


def test_what_lies_outside_is_left_out() -> None:
    """A row behind the end ends the stream; one before the first row that came does not count."""
    values = np.zeros((2, 3, 2), np.float32)
    rows = _Rows(job(), values)
    assert rows.put(frame(3, 5, 2))
    assert rows.put(frame(1, 7, 1))
    assert not rows.put(frame(5, 5, 2))
    assert rows.done == 1
    assert np.isnan(values[:, 2]).all()


def test_a_stream_that_fails_ends_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is told at once, not when the other streams have come to their end."""
    gone = threading.Event()

    class Client(GrpcStreamClient):
        @contextmanager
        def connect_context(self, url: str, port: int | str | None = None) -> Iterator["Client"]:  # type: ignore[override]
            yield self

        def disconnect(self) -> None:
            gone.set()

        def stream_spectrograms(self, job_id: str, *_: object, stream_id: int = 0, **__: object) -> Any:
            if stream_id == 0:
                raise StreamFailed("the source failed")
            assert gone.wait(30), "nobody ended this stream"
            yield from ()

    monkeypatch.setattr(row_recording, "GrpcStreamClient", Client)
    rows = _Rows(job(), np.zeros((2, 3, 2), np.float32))
    with pytest.raises(Unavailable, match="the source failed"):
        row_recording._taken(rows, "127.0.0.1:1", 1.0, lambda _: None)
    assert gone.is_set()
