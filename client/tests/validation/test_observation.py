"""A frame, looked at once."""

import math

import numpy as np
import pytest
from client.tests.validation.examples import CHANNELS, NOW_MS, answer, frame_of, noise, quantised, run_of

from nexy_client.validation import Asked
from nexy_client.validation.expectation import expectation_of
from nexy_client.validation.observation import Moment, Observation, Observer, now
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import Frame
from nexy_protocol.frame_codec import encode_frame
from nexy_protocol.frame_reading import read_frame

MOMENT = Moment(steady_s=1.0, epoch_ms=float(NOW_MS))


def seen(frame: Frame) -> Observation:
    """By the observer of a stream of four channels and eight bins."""
    return Observer(expectation_of(answer(), 0, Asked())).observe(frame, MOMENT)


def test_a_good_frame() -> None:
    """Its extremes, its matrix, its sample."""
    found = seen(frame_of(7))
    assert (found.place, found.number, found.regular, found.quantised, found.flat) == (1, 7, True, False, False)
    assert (found.low, found.high) == (noise(7).min(), noise(7).max())
    assert found.values is not None
    assert np.array_equal(found.values, noise(7))
    assert found.ids.tolist() == list(CHANNELS)
    assert np.array_equal(found.sample, noise(7)[:, 4:8])


def test_frames_are_counted_by_their_places() -> None:
    """Whatever their numbers are."""
    observer = Observer(expectation_of(answer(), 0, Asked()))
    assert [observer.observe(frame_of(number), MOMENT).place for number in (5, 5, 1)] == [1, 2, 3]


def test_pieces_of_a_row_are_one_matrix() -> None:
    """As sensors come whose numbers take one byte and two."""
    values = noise(7)
    found = seen(frame_of(7, runs=(run_of(values[:1]), run_of(values[1:], 11))))
    assert found.regular
    assert np.array_equal(found.values, values)


@pytest.mark.parametrize("encoding", [Encoding.FLOAT, Encoding.PACKED_F32])
def test_what_the_rules_read_is_aligned(encoding: Encoding) -> None:
    """A view of the message need not be, and would cost more to read twice than to copy."""
    data = encode_frame(
        noise(7), first_id=10, sensors=4, bins=8, start_ms=1, end_ms=40, highest=2.0, lowest=0.5, number=7, sent_ms=1,
        encoding=encoding,
    )  # fmt: skip
    found = seen(read_frame(data))
    assert found.values is not None
    assert found.values.flags.aligned
    assert found.values.flags.c_contiguous
    assert np.array_equal(found.values, noise(7))


def test_a_row_that_is_no_matrix() -> None:
    """Its sensors differ in length: no values, no extremes."""
    found = seen(frame_of(7, runs=(run_of(noise(7)), run_of(noise(8, 1, 7), 14))))
    assert (found.values, found.low, found.high, found.regular) == (None, 0.0, 0.0, False)
    assert found.ids.tolist() == [10, 11, 12, 13, 14]


@pytest.mark.parametrize("changes", [{"rows": []}, {"runs": ()}, {"runs": (run_of(noise(1, 4, 0)),)}])
def test_a_frame_that_holds_nothing(changes: dict[str, object]) -> None:
    """No row, no sensors, no bins."""
    found = seen(frame_of(7, **changes))
    assert found.values is None
    assert not found.regular


@pytest.mark.parametrize(("first", "bins"), [(11, 8), (10, 7)])
def test_another_shape_is_not_regular(first: int, bins: int) -> None:
    """Other channels, or other bins; the values are there all the same."""
    found = seen(frame_of(7, runs=(run_of(noise(7, 4, bins), first),)))
    assert not found.regular
    assert found.values is not None


def test_extremes_tell_what_is_no_number() -> None:
    """NaN goes through, infinity too."""
    values = noise(7)
    values[1, 1] = math.nan
    found = seen(frame_of(7, values))
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_bytes_are_known_as_such() -> None:
    """By the row's own word."""
    assert seen(quantised(frame_of(7))).quantised


def test_the_clocks_of_this_machine_go() -> None:
    """Both, and forwards."""
    first, second = now(), now()
    assert second.steady_s >= first.steady_s
    assert abs(second.epoch_ms - first.epoch_ms) < 60_000
