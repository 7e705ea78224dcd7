"""What became of signing in and the like: a line of the log for each decision, and figures for /metrics."""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter

from nexy.contracts.clock import Clock
from nexy.contracts.errors import ErrorType, NexyError, RateLimitExceeded

_log = logging.getLogger("nexy.access")
_HASH_DIGITS = 12
# Whoever is refused again within this time is still at it, and has been told of.
_BURST_SECONDS = 60.0
_MOST_BURSTS = 1000
# Sessions go on by the thousand, and nobody decides anything; one that was used up is told by the module, which knows
# whose it was.
_UNTOLD = "refresh"
_TOLD_ELSEWHERE = frozenset(("refresh_token_already_used",))


class Outcome(StrEnum):
    """How it ended; only FAILED is nobody's decision."""

    OK = "ok"
    REFUSED = "refused"
    LIMITED = "limited"
    FAILED = "failed"


class AccountTrail:
    """Lines name a person by her id, an address of mail by its hash, and never a password or a token."""

    def __init__(self, registry: CollectorRegistry, clock: Clock) -> None:
        self._clock = clock
        self._bursts: OrderedDict[str, float] = OrderedDict()
        self._events = Counter(
            "auth_events_total", "Signing in and the like, by how it ended.", ("event", "outcome"), registry=registry
        )

    @contextmanager
    def event(self, name: str, **about: str) -> Iterator[dict[str, str]]:
        """Tell how the block ends; it may add what it learns to the context. Errors pass."""
        context = {"event": name, **{key: value for key, value in about.items() if value}}
        try:
            yield context
        except RateLimitExceeded as refused:
            self._events.labels(name, Outcome.LIMITED).inc()
            if self._begins(f"{name} {about.get('origin') or about.get('account')}"):
                self._tell(logging.WARNING, "abort", Outcome.LIMITED, {**context, "code": refused.code})
            raise
        except NexyError as refused:
            self._refused(context, refused)
            raise
        self._events.labels(name, Outcome.OK).inc()
        if name != _UNTOLD:
            self._tell(logging.INFO, "complete", Outcome.OK, context)

    def _refused(self, context: Mapping[str, str], refused: NexyError) -> None:
        failed = refused.retryable or refused.error_type is ErrorType.INTERNAL
        outcome = Outcome.FAILED if failed else Outcome.REFUSED
        self._events.labels(context["event"], outcome).inc()
        if refused.code in _TOLD_ELSEWHERE:
            return
        level, decision = (logging.WARNING, "error") if failed else (logging.INFO, "abort")
        self._tell(level, decision, outcome, {**context, "code": refused.code})

    @staticmethod
    def _tell(level: int, decision: str, outcome: Outcome, context: Mapping[str, str]) -> None:
        _log.log(level, "%s: %s", context["event"], outcome, extra={"decision": decision, "ctx": context})

    def _begins(self, who: str) -> bool:
        """Whether this is the first refusal of a burst."""
        now = self._clock.monotonic()
        last = self._bursts.get(who)
        self._bursts[who] = now
        self._bursts.move_to_end(who)
        if len(self._bursts) > _MOST_BURSTS:
            self._bursts.popitem(last=False)
        return last is None or now - last >= _BURST_SECONDS


def account_hash(email: str) -> str:
    """By which lines about one address are found: the beginning of SHA-256 of its small letters."""
    spelled = email.strip().lower().encode("utf-8", "surrogatepass")
    return hashlib.sha256(spelled).hexdigest()[:_HASH_DIGITS] if spelled else ""
