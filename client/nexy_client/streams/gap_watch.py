"""Notices that a blocking read waits too long: a connection that stands says nothing about a server that hangs."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self


class GapWatch:
    """Calls `give_up` once when the reader has waited longer than `seconds`; for the reader two attributes a frame.

    The time between two reads is the reader's own and does not count. One thread for as long as the block lasts.
    """

    def __init__(self, seconds: float, give_up: Callable[[], object]) -> None:
        self._seconds = seconds
        self._give_up = give_up
        self._since: float | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="nexy-gap-watch", daemon=True)
        self.expired = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def waiting(self) -> None:
        """A read begins."""
        self._since = time.monotonic()

    def served(self) -> None:
        """A read has ended."""
        self._since = None

    def _watch(self) -> None:
        # While the reader is busy a look now and then is enough: a gap is noticed at most a quarter late.
        now_and_then = self._seconds / 4
        pause = now_and_then
        while not self._over.wait(pause):
            since = self._since
            left = self._seconds if since is None else since + self._seconds - time.monotonic()
            if left <= 0:
                self.expired = True
                self._give_up()
                return
            pause = max(min(left, self._seconds), 0.001) if since is not None else now_and_then
