"""How long nothing has come: told after a while, and again and again."""

import time
from collections.abc import Callable

_PATIENCE_S = 3.0


class Silence:
    """Knows when the last row came and how old it is; `patience_s` is how long nothing has to come before it tells."""

    def __init__(
        self,
        row_seconds: float,
        *,
        live: bool,
        now: Callable[[], float] = time.monotonic,
        epoch: Callable[[], float] = time.time,
    ) -> None:
        # Rows that are rare leave pauses which mean nothing.
        self.patience_s = max(_PATIENCE_S, 2 * row_seconds)
        self._live = live
        self._now = now
        self._epoch = epoch
        self._came = self._told = now()
        self._end_ms: int | None = None

    def came(self, end_ms: int) -> None:
        """A row came that ends then."""
        self._came = self._told = self._now()
        self._end_ms = end_ms

    @property
    def seconds(self) -> float:
        """Since something came; 0 while that is not yet worth a word."""
        lasted = self._now() - self._came
        return lasted if lasted >= self.patience_s else 0.0

    @property
    def age_s(self) -> float | None:
        """How old the newest row of a live stream is; None for a recording and before the first."""
        return max(0.0, self._epoch() - self._end_ms / 1000) if self._live and self._end_ms is not None else None

    def due(self) -> bool:
        """Whether it is time to say it (again)."""
        if not self.seconds or self._now() - self._told < self.patience_s:
            return False
        self._told = self._now()
        return True
