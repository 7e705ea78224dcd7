"""Admission counts: exact, refusing, giving back."""

import pytest

from nexy.config.sections import BackpressureConfig
from nexy.contracts.errors import StreamLimitExceeded, Unavailable
from nexy.core.backpressure_manager import BackpressureManager


def manager(slots: int) -> BackpressureManager:
    return BackpressureManager(BackpressureConfig(max_concurrent_streams=slots))


def test_the_slot_after_the_last_is_refused_with_a_time_to_retry() -> None:
    """Two slots take two turns; the third hears when to come back; a released slot is free again."""
    slots = manager(2)
    slots.acquire()
    slots.acquire()
    with pytest.raises(StreamLimitExceeded) as caught:
        slots.acquire()
    assert caught.value.retry_after_seconds == 60
    slots.release()
    slots.acquire()
    assert slots.turns == 2


def test_open_streams_are_four_times_the_slots() -> None:
    """Streams that only wait or collect may be four times as many as turns."""
    slots = manager(2)
    for _ in range(8):
        slots.open_stream()
    with pytest.raises(StreamLimitExceeded):
        slots.open_stream()
    slots.close_stream()
    slots.open_stream()
    assert slots.streams == 8


def test_a_stopped_manager_refuses_everything_new_and_still_takes_back() -> None:
    """After stop both doors say UNAVAILABLE, and running turns can end."""
    slots = manager(2)
    slots.acquire()
    slots.stop()
    for door in (slots.acquire, slots.open_stream):
        with pytest.raises(Unavailable):
            door()
    slots.release()
    assert slots.turns == 0
