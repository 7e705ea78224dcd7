"""How often somebody may be wrong: with one account from one network, one network altogether, one account altogether.

A stranger fills the first of these, which is his own, long before the other two: he does not shut out whom he attacks.
Whether the account exists makes no difference.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from nexy.config.access_section import PasswordsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import DeadlineExceeded, RateLimitExceeded, Unavailable
from nexy.modules.access.digests import digest_of
from nexy.utils.rate_limiter import RateLimiter

_SECONDS = 60
_Counted = tuple[RateLimiter, str]


class Tries:
    """Each server counts alone; what succeeds is given back, so that only failures count."""

    def __init__(self, config: PasswordsConfig, clock: Clock) -> None:
        pace, burst, most = config.tries_per_minute / _SECONDS, config.burst, config.max_triers
        self._near = RateLimiter(pace, burst, most, clock)
        self._far = RateLimiter(pace * config.shared_factor, burst * config.shared_factor, most, clock)
        self._most = most
        self._at_home: OrderedDict[str, None] = OrderedDict()

    @contextmanager
    def sign_in(self, email: str, network: str) -> Iterator[None]:
        """Count a try, and give it back where it was right or could not be judged.

        From a network where this account was signed in to before, others' tries elsewhere do not count. Raises
        `RateLimitExceeded` with the seconds to wait, and then counts nothing.
        """
        # Digests: what is sent as an address may be long, and what is refused must not stay in memory.
        pair = digest_of(f"{network}\n{email}")
        counted = [(self._far, f"network {network}")] if network else []
        counted.append((self._near, f"pair {pair}"))
        if pair not in self._at_home:
            counted.append((self._far, f"account {digest_of(email)}"))
        self._take(counted)
        try:
            yield
        except (Unavailable, DeadlineExceeded):
            self._give_back(counted)
            raise
        self._give_back(counted)
        self._remember(pair)

    def count(self, what: str, trier: str) -> None:
        """Count what is dear even when it succeeds; raises `RateLimitExceeded`. Nobody in particular is not counted."""
        if trier:
            self._take([(self._near, f"{what} {trier}")])

    def _remember(self, pair: str) -> None:
        self._at_home[pair] = None
        self._at_home.move_to_end(pair)
        if len(self._at_home) > self._most:
            self._at_home.popitem(last=False)

    def _take(self, counted: Sequence[_Counted]) -> None:
        taken: list[_Counted] = []
        try:
            for limiter, trier in counted:
                limiter.take(trier)
                taken.append((limiter, trier))
        except RateLimitExceeded as refused:
            self._give_back(taken)
            seconds = refused.retry_after_seconds or 0
            words = f"too many tries; the next one is taken in {max(1, round(seconds))} seconds"
            raise RateLimitExceeded(words, retry_after_seconds=seconds) from refused

    def _give_back(self, counted: Sequence[_Counted]) -> None:
        for limiter, trier in counted:
            limiter.give_back(trier)
