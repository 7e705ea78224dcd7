"""How many turns and streams the server carries at once."""

from nexy.config.sections import BackpressureConfig
from nexy.contracts.errors import StreamLimitExceeded, Unavailable

STREAMS_PER_SLOT = 4
RETRY_AFTER_SECONDS = 60.0


class BackpressureManager:
    """Counts slots (running turns) and open streams; taking one is a single step of the event loop.

    Nothing awaits between the check and the count, so admission is exact without a lock.
    """

    def __init__(self, section: BackpressureConfig) -> None:
        self._max_turns = section.max_concurrent_streams
        self._max_streams = section.max_concurrent_streams * STREAMS_PER_SLOT
        self._turns = 0
        self._streams = 0
        self._stopped = False

    @property
    def turns(self) -> int:
        """Running turns now."""
        return self._turns

    @property
    def streams(self) -> int:
        """Open streams now."""
        return self._streams

    @property
    def stopped(self) -> bool:
        """Whether new work is refused."""
        return self._stopped

    def stop(self) -> None:
        """Refuse everything new from now on."""
        self._stopped = True

    def _refuse_when_stopped(self) -> None:
        if self._stopped:
            raise Unavailable("the server is shutting down", code="shutting_down")

    def open_stream(self) -> None:
        """Count one more stream; raises `StreamLimitExceeded` or, while stopping, `Unavailable`."""
        self._refuse_when_stopped()
        if self._streams >= self._max_streams:
            raise StreamLimitExceeded(
                f"{self._streams} streams are open, the limit is {self._max_streams}",
                retry_after_seconds=RETRY_AFTER_SECONDS,
            )
        self._streams += 1

    def close_stream(self) -> None:
        """Give one stream back."""
        self._streams -= 1

    def acquire(self) -> None:
        """Take one slot; raises `StreamLimitExceeded` or, while stopping, `Unavailable`."""
        self._refuse_when_stopped()
        if self._turns >= self._max_turns:
            raise StreamLimitExceeded(
                f"{self._turns} turns are running, the limit is {self._max_turns}",
                retry_after_seconds=RETRY_AFTER_SECONDS,
            )
        self._turns += 1

    def release(self) -> None:
        """Give the slot back."""
        self._turns -= 1
