"""The watch over a blocking read."""

import threading

from nexy_client.streams.gap_watch import GapWatch

SOON = 5.0


def test_a_read_that_takes_too_long_is_given_up() -> None:
    """Once."""
    given_up = threading.Event()
    with GapWatch(0.02, given_up.set) as watch:
        watch.waiting()
        assert given_up.wait(SOON)
    assert watch.expired


def test_the_time_between_reads_does_not_count() -> None:
    """A reader that is busy with a frame is no gap; the wait that follows is measured from its own beginning."""
    given_up = threading.Event()
    with GapWatch(0.02, given_up.set) as watch:
        watch.served()
        assert not given_up.wait(0.1)
        watch.waiting()
        assert given_up.wait(SOON)


def test_its_thread_ends_with_the_block() -> None:
    """However long the gap would be."""
    before = threading.active_count()
    with GapWatch(1000.0, lambda: None) as watch:
        watch.waiting()
    assert threading.active_count() == before
    assert not watch.expired
