"""How fast one caller may ask: a token bucket for each, in memory, and one count for all replicas where they share."""

import logging
from collections import OrderedDict

from nexy.contracts.clock import Clock
from nexy.contracts.coordination import Coordination
from nexy.contracts.errors import NexyError, RateLimitExceeded

_WINDOW_SECONDS = 10
_log = logging.getLogger("nexy.limits")


class RateLimiter:
    """`burst` requests at once, then `per_second`; a bucket is one number, the second at which it is full again.

    The callers seen longest ago are forgotten beyond `max_callers`. With `shared` the replicas count together, in
    windows of ten seconds; while it is away each counts alone.
    """

    def __init__(
        self, per_second: float, burst: int, max_callers: int, clock: Clock, shared: Coordination | None = None
    ) -> None:
        self._step = 1 / per_second if per_second > 0 else 0.0
        self._room = burst * self._step
        self._window_limit = per_second * _WINDOW_SECONDS + burst
        self._max_callers = max_callers
        self._clock = clock
        self._shared = shared
        self._full_at: OrderedDict[str, float] = OrderedDict()

    @property
    def on(self) -> bool:
        """Whether anything is limited."""
        return self._step > 0

    @property
    def shared(self) -> bool:
        """Whether `take_shared` has something to ask."""
        return self.on and self._shared is not None

    def take(self, caller: str) -> None:
        """Count one request; raises `RateLimitExceeded` with the seconds after which the next one is taken."""
        if not self._step:
            return
        now = self._clock.monotonic()
        full_at = max(self._full_at.get(caller, 0.0), now) + self._step
        if full_at - now > self._room + 1e-9:
            raise _exceeded(full_at - now - self._room)
        self._full_at[caller] = full_at
        self._full_at.move_to_end(caller)
        if len(self._full_at) > self._max_callers:
            self._full_at.popitem(last=False)

    def give_back(self, caller: str) -> None:
        """Let what `take` counted last be as if it had not been asked."""
        full_at = self._full_at.get(caller)
        if full_at is None:
            return
        full_at -= self._step
        if full_at > self._clock.monotonic():
            self._full_at[caller] = full_at
        else:
            # Full again: as if it had never been seen.
            del self._full_at[caller]

    async def take_shared(self, caller: str) -> None:
        """Count it with the other replicas; raises `RateLimitExceeded` when together they were asked too often."""
        assert self._shared is not None
        now = self._clock.now().timestamp()
        window = int(now // _WINDOW_SECONDS)
        try:
            count = await self._shared.increment(f"rate:{caller}:{window}", ttl_seconds=_WINDOW_SECONDS * 2)
        except NexyError as away:
            context = {"decision": "degrade", "ctx": {"code": away.code}}
            _log.debug("limits are counted by this replica alone", extra=context)
            return
        if count > self._window_limit:
            raise _exceeded((window + 1) * _WINDOW_SECONDS - now)


def _exceeded(seconds: float) -> RateLimitExceeded:
    return RateLimitExceeded("Too many requests; wait before the next one.", retry_after_seconds=max(seconds, 0.001))
