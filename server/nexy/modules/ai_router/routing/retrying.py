"""How long to wait before the same provider is asked again."""

import random
from collections.abc import Callable

from nexy.config.ai_router_section import RetryConfig
from nexy.contracts.errors import NexyError
from nexy.modules.ai_router.routing.blame import may_be_asked_again

Jitter = Callable[[], float]


class Retries:
    """The waits of one provider in one chain: doubling, with jitter, never under what the provider asks for."""

    __slots__ = ("_config", "_jitter", "_left", "_wait")

    def __init__(self, config: RetryConfig, jitter: Jitter = random.random) -> None:
        self._config = config
        self._jitter = jitter
        self._left = config.attempts - 1
        self._wait = config.first_wait_seconds

    def wait_after(self, failure: NexyError | None) -> float | None:
        """Seconds until the next try; None when it is the next provider's turn."""
        if failure is None or self._left <= 0 or not may_be_asked_again(failure):
            return None
        longest = self._config.longest_wait_seconds
        asked_for = failure.retry_after_seconds or 0.0
        if asked_for > longest:
            return None
        # Half of the wait is fixed, so that it backs off; the other half spreads those who failed together.
        wait = min(self._wait, longest) * (0.5 + 0.5 * self._jitter())
        self._left -= 1
        self._wait *= 2
        return max(wait, asked_for)
