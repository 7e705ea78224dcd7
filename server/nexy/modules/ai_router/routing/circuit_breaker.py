"""Leaves a provider alone after failures in a row, and lets one caller try whether it is back."""

from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import ParamSpec, TypeVar

from nexy.config.ai_router_section import BreakerConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import NexyError, Unavailable
from nexy.contracts.routing import BreakerState
from nexy.modules.ai_router.routing.blame import is_callers_own
from nexy.utils.clock import SystemClock

P = ParamSpec("P")
T = TypeVar("T")
CircuitState = BreakerState
BREAKER_OPEN = "breaker_open"
"""The code of somebody who is left out because its breaker is open."""


class CircuitBreaker:
    """CLOSED lets everyone through; OPEN nobody for `timeout` seconds; then HALF_OPEN exactly one probe at a time.

    Nothing awaits between the check and the count, so on the event loop admission is exact without a lock.
    """

    __slots__ = ("_clock", "_failures", "_open", "_opened_at", "_probing", "failure_threshold", "timeout")

    def __init__(self, failure_threshold: int = 5, timeout: float = 60, clock: Clock | None = None) -> None:
        self.failure_threshold = failure_threshold
        self.timeout = timeout
        self._clock = clock or SystemClock()
        self._failures = 0
        self._open = False
        self._opened_at = 0.0
        self._probing = False

    @property
    def state(self) -> CircuitState:
        """Half open from the moment at which a probe may be made."""
        if not self._open:
            return CircuitState.CLOSED
        return CircuitState.HALF_OPEN if self._probing or self.seconds_left <= 0 else CircuitState.OPEN

    @property
    def failure_count(self) -> int:
        """Failures in a row."""
        return self._failures

    @property
    def seconds_left(self) -> float:
        """How long nobody is let through."""
        return max(self._opened_at + self.timeout - self._clock.monotonic(), 0.0) if self._open else 0.0

    def admit(self) -> "Permit | None":
        """Leave to call, to be used as a context; None while the provider is left alone."""
        if not self._open:
            return Permit(self, probe=False)
        if self._probing or self.seconds_left > 0:
            return None
        self._probing = True
        return Permit(self, probe=True)

    async def call(self, func: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """`func` through the breaker; raises `Unavailable` (breaker_open) without calling it while that is open."""
        permit = self.admit()
        if permit is None:
            raise Unavailable(
                "This provider is left alone for a while.", code=BREAKER_OPEN, retry_after_seconds=self.seconds_left
            )
        with permit:
            return await func(*args, **kwargs)

    def _succeeded(self, *, probe: bool) -> None:
        # A call from before the breaker opened says nothing of now.
        if probe or not self._open:
            self._failures = 0
            self._open = self._probing = False

    def _failed(self, *, probe: bool) -> None:
        if self._open and not probe:
            return
        self._failures += 1
        if probe or self._failures >= self.failure_threshold:
            self._open, self._probing = True, False
            self._opened_at = self._clock.monotonic()

    def _abandoned(self, *, probe: bool) -> None:
        if probe:
            self._probing = False


def told_left_alone(names: Sequence[str], seconds: float) -> str:
    """The sentence for people about providers whose breakers are open."""
    are = "is" if len(names) == 1 else "are"
    return f"{' and '.join(names)} {are} left alone after failures in a row; try again in {max(1, round(seconds))} s."


class Permit:
    """Leave for one call; whatever ends the context settles it, a cancelled probe frees its place.

    The caller's own errors and cancellations count neither as success nor as failure.
    """

    __slots__ = ("_breaker", "_probe", "_settled")

    def __init__(self, breaker: CircuitBreaker, *, probe: bool) -> None:
        self._breaker = breaker
        self._probe = probe
        self._settled = False

    def __enter__(self) -> "Permit":
        return self

    def heard(self) -> None:
        """The provider speaks: enough to let everyone back, though the call may still fail."""
        if self._probe:
            self._breaker._succeeded(probe=True)
            self._probe = False

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.settle(failure)

    def settle(self, failure: BaseException | None) -> None:
        """The call has ended so; only the first time counts."""
        if self._settled:
            return
        self._settled = True
        match failure:
            case None:
                self._breaker._succeeded(probe=self._probe)
            case NexyError() if is_callers_own(failure):
                self._breaker._abandoned(probe=self._probe)
            case Exception():
                self._breaker._failed(probe=self._probe)
            case _:
                self._breaker._abandoned(probe=self._probe)


class Breakers:
    """One breaker for each provider and model, of those asked for of late."""

    def __init__(self, config: BreakerConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._breakers: dict[tuple[str, str], CircuitBreaker] = {}

    def of(self, provider: str, model: str) -> CircuitBreaker:
        """The breaker, made when it is first asked for."""
        breaker = self._breakers.get((provider, model))
        if breaker is None:
            self._make_room()
            breaker = CircuitBreaker(self._config.failure_threshold, self._config.timeout_seconds, self._clock)
            self._breakers[provider, model] = breaker
        return breaker

    def states(self) -> dict[tuple[str, str], BreakerState]:
        """The state of every breaker, by provider and model."""
        return {key: breaker.state for key, breaker in self._breakers.items()}

    def _make_room(self) -> None:
        """Callers may name models, so the table is bounded; one that knows of no failure is no loss."""
        if len(self._breakers) < self._config.max_breakers:
            return
        idle = (key for key, breaker in self._breakers.items() if not breaker.failure_count)
        self._breakers.pop(next(idle, next(iter(self._breakers))))
