"""A busy server does not spend its time on looking for garbage that is not there."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from nexy.utils.garbage import spare_what_stays


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


class _Circle:
    def __init__(self) -> None:
        self.itself = self


def test_what_was_made_before_is_not_looked_at_again() -> None:
    """Modules and tables stay for good, and looking at them takes tens of milliseconds."""
    spare_what_stays()
    assert gc.get_freeze_count() > 1000
    assert gc.get_threshold() > (700, 10, 10)


def test_circles_that_are_made_later_are_still_found() -> None:
    """Nothing that a request leaves behind stays for ever."""
    spare_what_stays()
    gone = weakref.ref(_Circle())
    kept = []
    for _ in range(20_000):
        if gone() is None:
            break
        kept.append([])
    assert gone() is None
