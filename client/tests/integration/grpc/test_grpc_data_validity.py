"""Story 1, task 1.4: what the stream delivers is what the configure answer promised."""

from itertools import pairwise

import numpy as np
import pytest
from client.tests.integration.grpc.conftest import HIGHEST_HZ, LOWEST_HZ, Configure, Job
from client.tests.integration.grpc.served_recording import DEAD, MISSING, SOUNDING, ZEROS

from nexy_client import FocusClient, GrpcStreamClient
from nexy_client.streams import Encoding, RequestRefused, SourceList

pytestmark = pytest.mark.slow
FRAMES = 30
ROUNDING_MS = 1.5


def test_grpc_stream_frame_structure_valid(connected: GrpcStreamClient, job: Job) -> None:
    """Each frame has one row of sensors, exact extremes and a number; rows abut and last lines_dt."""
    row_ms, last_end = job.answer.lines_dt * 1000, None
    for number, frame in enumerate(connected.stream_spectrograms(job.answer.job_id, FRAMES), 1):
        assert frame.frame_number == number
        (row,) = frame.rows
        assert len(row.sensors) > 0
        assert frame.current_max_amp == frame.to_numpy().max()
        assert frame.current_min_amp == frame.to_numpy().min()
        assert row.endTimestamp - row.startTimestamp == pytest.approx(row_ms, abs=ROUNDING_MS)
        assert last_end is None or abs(row.startTimestamp - last_end) <= ROUNDING_MS
        last_end = row.endTimestamp


@pytest.mark.parametrize("encoding", [Encoding.FLOAT, Encoding.PACKED_F32], ids=lambda encoding: encoding.name)
def test_grpc_stream_data_dimensions_correct(connected: GrpcStreamClient, job: Job, encoding: Encoding) -> None:
    """Sensors are the configured channels in ascending order, each with as many bins as there are frequencies."""
    answer = job.answer
    assert answer.channel_amount == job.channels[1] - job.channels[0] + 1
    for stream in range(answer.stream_amount):
        channels = list(answer.channels_of(stream))
        for frame in connected.stream_spectrograms(answer.job_id, 5, stream_id=stream, encoding=encoding):
            assert frame.sensor_ids.tolist() == channels
            assert frame.to_numpy().shape == (len(channels), answer.frequencies_amount)
            first = frame.rows[0].sensors[0]
            assert (first.id, len(first.intensity)) == (channels[0], answer.frequencies_amount)


def test_grpc_stream_frequency_range_correct(connected: GrpcStreamClient, job: Job) -> None:
    """Frequencies ascend and stay inside the configured range; there is a bin for each and no more."""
    hertz = job.answer.frequencies_list
    assert len(hertz) == job.answer.frequencies_amount > 0
    assert all(low < high for low, high in pairwise(hertz))
    assert LOWEST_HZ <= hertz[0] <= hertz[-1] <= HIGHEST_HZ
    frame = next(connected.stream_spectrograms(job.answer.job_id, 1))
    assert frame.to_numpy().shape[1] == len(hertz)


def test_grpc_stream_data_not_all_zeros(connected: GrpcStreamClient, job: Job) -> None:
    """Amplitudes are finite and not negative, most sensors sound, and the stream is not stuck.

    Rows within half a window of the recording's edges see the same samples, so they may repeat each other.
    """
    seen = [frame.to_numpy() for frame in connected.stream_spectrograms(job.answer.job_id)]
    cube = np.stack(seen)
    assert np.isfinite(cube).all()
    assert cube.min() >= 0
    assert cube.max() > 0
    sounding = cube.max(axis=(0, 2)) > 0
    assert sounding.mean() > 0.5
    moved = [not np.array_equal(before, after) for before, after in pairwise(seen)]
    assert np.mean(moved) > 0.5


def test_grpc_stream_is_the_same_in_every_encoding(connected: GrpcStreamClient, job: Job) -> None:
    """Both float encodings hold the same values; bytes in dB are as near as half a step."""
    of = {
        encoding: next(connected.stream_spectrograms(job.answer.job_id, 1, encoding=encoding)).to_numpy()
        for encoding in Encoding
    }
    assert np.array_equal(of[Encoding.FLOAT], of[Encoding.PACKED_F32])
    audible = of[Encoding.FLOAT] > of[Encoding.FLOAT].max() * 1e-4
    assert of[Encoding.PACKED_U8][audible] == pytest.approx(of[Encoding.FLOAT][audible], rel=0.025)


def test_grpc_stream_of_one_channel(connected: GrpcStreamClient, job: Job, configure: Configure) -> None:
    """The single-channel view has exactly the one sensor that was asked for."""
    last = job.channels[1]
    alone = configure(channels=(last, last), view_type=1)
    frame = next(connected.stream_spectrograms(alone.answer.job_id, 1))
    assert frame.sensor_ids.tolist() == [last]


def test_grpc_stream_goes_on_after_a_frame(connected: GrpcStreamClient, job: Job) -> None:
    """resume_after_frame gives the very frames that come after it."""
    whole = list(connected.stream_spectrograms(job.answer.job_id, 10))
    rest = list(connected.stream_spectrograms(job.answer.job_id, 4, resume_after_frame=6))
    assert [frame.frame_number for frame in rest] == [7, 8, 9, 10]
    assert all(np.array_equal(a.to_numpy(), b.to_numpy()) for a, b in zip(whole[6:], rest, strict=True))


@pytest.mark.parametrize("name", SOUNDING)
def test_grpc_stream_of_each_recording_is_valid(
    client: GrpcStreamClient, configure: Configure, focus: FocusClient, name: str
) -> None:
    """Whatever format it was recorded in: shape and extremes are right, dead and NaN sensors are told zeros."""
    job = configure(name=name, frequency_range=None)
    answer, told = job.answer, focus.metadata(job.answer.job_id)
    silent = {*told.dead_channels, *told.nan_channels}
    assert (name == DEAD, name == MISSING) == (bool(told.dead_channels), bool(told.nan_channels))
    client.connect(answer.stream_url, answer.stream_port)
    frames = list(client.stream_spectrograms(answer.job_id, FRAMES))
    assert len(frames) == min(FRAMES, told.rows or FRAMES) > 0
    for frame in frames:
        values = frame.to_numpy()
        assert tuple(frame.sensor_ids.tolist()) == answer.channels_of(0)
        assert values.shape == (len(frame.sensor_ids), answer.frequencies_amount)
        assert np.isfinite(values).all()
        assert (frame.current_max_amp, frame.current_min_amp) == (values.max(), values.min())
        assert frame.current_max_amp > 0
        assert not values[[channel in silent for channel in frame.sensor_ids.tolist()]].any()


def test_grpc_range_of_less_than_one_window_is_refused(job: Job, configure: Configure) -> None:
    """The field is named, and how long the range must be."""
    begin = job.source.start_time
    with pytest.raises(RequestRefused, match="less than one window of 128; make it at least") as refused:
        configure(start_time=begin, end_time=begin + 50 / job.source.prr)
    assert refused.value.field == "end_time"


def test_grpc_recording_of_zeros_is_refused(offered: SourceList) -> None:
    """It is no source, and the reason says what to do."""
    reasons = {one.name: one.reason for one in offered.refused}
    if ZEROS not in reasons:
        pytest.skip(f"the server was not given {ZEROS}")
    assert "every sample is zero on every channel" in reasons[ZEROS]
    assert "?allow_dead=yes" in reasons[ZEROS]
