"""How many rows a computation may still send."""

from threading import Condition


class Credit:
    """Given by the server, taken by one computation."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._stopped = False
        self._changed = Condition()

    def add(self, rows: int) -> None:
        """So many more."""
        with self._changed:
            self._rows += rows
            self._changed.notify_all()

    def stop(self) -> None:
        """Nobody wants more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def take(self) -> bool:
        """Wait until one row may be sent and count it; false when nobody wants more."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._rows > 0)
            self._rows -= 1
            return not self._stopped

    def pause(self, seconds: float) -> bool:
        """Let time pass; false, and at once, when nobody wants more."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped, seconds)
            return not self._stopped
