"""Frames of the fault server, built with plain protobuf."""

import itertools

import numpy as np
import pytest

from nexy_client.testing.streams.frames import good_frame, packed_u8, read_intensities, set_extremes
from nexy_client.testing.streams.plan import RECORDED_AT_MS, StreamPlan
from nexy_protocol import datastream_pb2 as pb


@pytest.mark.parametrize("encoding", [pb.FLOAT, pb.PACKED_F32])
def test_a_frame_holds_the_plan(encoding: pb.Encoding) -> None:
    """Floats arrive as they were, in either encoding, and the extremes are theirs."""
    plan = StreamPlan(streams=2)
    frame = good_frame(plan, pb.StreamRequest(stream_id=1, encoding=encoding), 3, RECORDED_AT_MS)
    values = read_intensities(frame)
    assert (values == plan.intensities(1, 3)).all()
    assert (frame.current_max_amp, frame.current_min_amp) == (values.max(), values.min())
    assert frame.frame_number == 4


def test_bytes_are_decibels_within_half_a_step() -> None:
    """Zero lies 96 dB below the loudest."""
    values = StreamPlan(dead_channels=(100,)).intensities(0, 0)
    packed = packed_u8(values)
    frame = pb.DataStream(rows=[pb.SpectrogramRow(packed=packed)])
    decibels = read_intensities(frame)
    expected = 20 * np.log10(values[1:])
    assert np.abs(decibels[1:] - expected).max() <= packed.scale / 2 + 1e-4
    assert decibels[0, 0] == pytest.approx(expected.max() - 96.0)


def test_rows_abut_at_an_odd_rate() -> None:
    """Every edge is rounded by itself: no seam, and no drift over 1000 rows."""
    plan = StreamPlan(row_seconds=126 / 3218)
    spans = [plan.row_span_ms(0, index) for index in range(1000)]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(spans))
    assert spans[-1][1] == round(1000 * 126_000 / 3218)


def test_channels_are_shared_out() -> None:
    """Streams abut, and the last one has the rest."""
    plan = StreamPlan(sensors=23, streams=3)
    assert [len(plan.channels(stream)) for stream in range(3)] == [8, 8, 7]
    assert [*plan.channels(0), *plan.channels(1), *plan.channels(2)] == list(range(100, 123))


@pytest.mark.parametrize("lengths", [[3, 2], []])
def test_a_ragged_row_reads_as_nothing(lengths: list[int]) -> None:
    """There is no array of it."""
    row = pb.SpectrogramRow(sensors=[pb.SensorIntensity(id=1, intensity=[0.5] * length) for length in lengths])
    assert read_intensities(pb.DataStream(rows=[row])).size == 0
    assert read_intensities(pb.DataStream()).size == 0


def test_extremes_can_be_made_true_again() -> None:
    """After the content was changed."""
    frame = pb.DataStream()
    set_extremes(frame, np.array([[1.0, -2.0]], np.float32))
    assert (frame.current_max_amp, frame.current_min_amp) == (1.0, -2.0)
