"""What pictures are drawn from does not grow."""

import numpy as np
import pytest
from client.tests.validation.examples import CHANNELS, ROW_S, answer, frame_of, good, noise, played, run_of

from nexy_client.validation import Asked
from nexy_client.validation.measures import LATENCY_EDGES_S, ThinningSeries


def filled(count: int, points: int = 8) -> ThinningSeries:
    """1, 2, 3 … joined by their maximum."""
    series = ThinningSeries(points, 1, np.fmax)
    for number in range(1, count + 1):
        series.add(np.array([float(number)]))
    return series


@pytest.mark.parametrize(
    ("count", "points"),
    [
        (0, []),
        (3, [1, 2, 3]),
        (8, [1, 2, 3, 4, 5, 6, 7, 8]),
        (9, [2, 4, 6, 8, 9]),
        (17, [2, 4, 6, 8, 10, 12, 14, 16, 17]),
        (19, [4, 8, 12, 16, 19]),
    ],
)
def test_neighbours_are_joined_when_there_is_no_room(count: int, points: list[float]) -> None:
    """Each point stands for twice as many then; the newest may be unfinished."""
    assert filled(count).points().ravel().tolist() == points


def test_a_long_series_keeps_its_extremes_and_its_size() -> None:
    """A hundred thousand in eight points."""
    points = filled(100_000).points()
    assert len(points) <= 9
    assert points.max() == 100_000


def test_a_stream_in_points() -> None:
    """Seconds, frames, longest interval, highest and lowest; every frame is in one of them."""
    report = played(good(1000))
    times = report.pictures.times
    assert times.shape[1] == 5
    assert len(times) <= 257
    assert times[:, 1].sum() == 1000
    assert times[-1, 0] == pytest.approx(999 * ROW_S)
    assert times[:, 2].max() == pytest.approx(ROW_S)
    assert times[:, 3].max() == max(float(noise(number).max()) for number in range(1, 1001))
    assert times[:, 4].min() == min(float(noise(number).min()) for number in range(1, 1001))


def test_a_frame_without_numbers_does_not_spoil_a_point() -> None:
    """The others of its point are still there."""
    frames = good(600)
    values = noise(300)
    values[0, 0] = np.nan
    frames[299] = frame_of(300, values)
    times = played(frames).pictures.times
    assert np.isfinite(times[:, 3:]).all()


def test_wild_values_are_drawn_without_a_word() -> None:
    """The largest float32s and infinities of both signs warn of nothing, and the spectrum stays a number."""
    values = noise(1)
    values[:, 0] = np.finfo(np.float32).max
    values[:2, 1] = np.inf, -np.inf
    assert np.isfinite(played([frame_of(1, values)]).pictures.spectrum).all()


def test_the_waterfall_and_the_spectra() -> None:
    """A picture each tenth of a second, of every channel and of every bin."""
    pictures = played(good(200)).pictures
    assert pictures.waterfall.shape[1] == 4
    assert pictures.spectrogram.shape[1] == 8
    assert 50 < len(pictures.waterfall) <= 257
    assert pictures.spectrum.shape == (8,)
    assert 0.9 < pictures.spectrum.mean() < 1.6
    assert (pictures.first_channel, pictures.last_channel) == (CHANNELS[0], CHANNELS[-1])
    assert pictures.frequencies == answer().frequencies_list


def test_a_wide_fibre_is_pooled() -> None:
    """At most 512 columns."""
    wide = answer(channel_to_stream_index=dict.fromkeys(range(1000), 0), channel_amount=1000)
    frames = [frame_of(number, runs=(run_of(noise(number, 1000), 0),)) for number in range(1, 4)]
    assert played(frames, of=wide).pictures.waterfall.shape[1] == 500


def test_latencies_and_intervals_are_counted() -> None:
    """Each frame once, each interval once."""
    pictures = played(good()).pictures
    assert pictures.latencies.sum() == 30
    assert pictures.intervals.sum() == 29
    bar = int(np.argmax(pictures.intervals))
    assert LATENCY_EDGES_S[bar] <= ROW_S <= LATENCY_EDGES_S[bar + 1]


def test_what_lies_beyond_the_edges_counts_in_the_last_bars() -> None:
    """Nothing is lost of it."""
    pictures = played(good(), at=lambda place: 1000.0 * place, asked=Asked(live=False, rows=30)).pictures
    assert pictures.intervals[-1] == 29


def test_nothing_to_draw() -> None:
    """Empty, not missing."""
    pictures = played([]).pictures
    assert pictures.waterfall.shape == (0, 0)
    assert len(pictures.times) == 0
    assert pictures.latencies.sum() == 0
