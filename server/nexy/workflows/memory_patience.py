"""How long a turn waits for its memory."""

_TIMES_THE_USUAL = 5
_LEAST_SECONDS = 0.03
_WEIGHT = 0.25


class MemoryPatience:
    """Some times what a read usually takes, never more than the budget, and not at all after one that was late.

    So a database that is suddenly stuck is found out soon, and one that is always far away is still waited for.
    """

    def __init__(self, budget_seconds: float) -> None:
        self._budget = budget_seconds
        self._usual: float | None = None
        self.late = False

    @property
    def seconds(self) -> float:
        """For the next turn."""
        return 0.0 if self.late else self._limit

    @property
    def _limit(self) -> float:
        if self._usual is None:
            return self._budget
        return min(self._budget, max(_LEAST_SECONDS, _TIMES_THE_USUAL * self._usual))

    def came(self, seconds: float) -> None:
        """A read has come, after so long."""
        if seconds <= self._budget:
            self._usual = seconds if self._usual is None else self._usual + _WEIGHT * (seconds - self._usual)
        self.late = seconds > self._limit

    def missed(self) -> bool:
        """A read was not there in time or failed; whether that is news."""
        news, self.late = not self.late, True
        return news
