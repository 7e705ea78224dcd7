"""What one function costs among others that run in the same thread."""

import statistics
import time
from collections.abc import Callable

from nexy_client.streams import Frame


class Timed:
    """Takes down the CPU of each call, by its thread's clock."""

    def __init__(self, feed: Callable[[Frame], None]) -> None:
        self._feed = feed
        self._spent: list[float] = []

    def __call__(self, frame: Frame) -> None:
        began = time.thread_time()
        self._feed(frame)
        self._spent.append(time.thread_time() - began)

    @property
    def mean_s(self) -> float:
        """The mean of the middle four fifths: a page fault or a context switch is none of the validator's work."""
        cut = len(self._spent) // 10
        return statistics.fmean(sorted(self._spent)[cut : len(self._spent) - cut])
