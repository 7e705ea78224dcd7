"""A caller's pace, alone and together with other replicas."""

import pytest

from nexy.contracts.errors import RateLimitExceeded, Unavailable
from nexy.utils.rate_limiter import RateLimiter
from support.clock import FakeClock


class Counters:
    """A coordination that counts, or is away."""

    def __init__(self, start: int = 0, *, away: bool = False) -> None:
        self.names: list[str] = []
        self._count = start
        self._away = away

    async def increment(self, name: str, amount: int = 1, ttl_seconds: float | None = None) -> int:
        if self._away:
            raise Unavailable("away")
        self.names.append(name)
        self._count += amount
        return self._count


def limiter(clock: FakeClock, shared: object = None, **values: float) -> RateLimiter:
    about = {"per_second": 2, "burst": 3, "max_callers": 10, **values}
    return RateLimiter(about["per_second"], int(about["burst"]), int(about["max_callers"]), clock, shared)  # type: ignore[arg-type]


def test_a_burst_then_the_pace() -> None:
    """Three at once, the fourth is told how long to wait, and after that time it is taken."""
    clock = FakeClock()
    limits = limiter(clock)
    for _ in range(3):
        limits.take("ada")
    with pytest.raises(RateLimitExceeded) as refused:
        limits.take("ada")
    assert refused.value.retry_after_seconds == pytest.approx(0.5)
    clock.advance(0.5)
    limits.take("ada")
    with pytest.raises(RateLimitExceeded):
        limits.take("ada")


def test_a_refusal_costs_nothing() -> None:
    """Who keeps asking too soon is not pushed back further and further."""
    clock = FakeClock()
    limits = limiter(clock, burst=1)
    limits.take("ada")
    for _ in range(10):
        with pytest.raises(RateLimitExceeded) as refused:
            limits.take("ada")
        assert refused.value.retry_after_seconds == pytest.approx(0.5)


def test_callers_do_not_share() -> None:
    """One caller's haste is no other's wait."""
    limits = limiter(FakeClock(), burst=1)
    limits.take("ada")
    limits.take("bob")


def test_nothing_is_limited_without_a_pace() -> None:
    """0 per second is no limit."""
    limits = limiter(FakeClock(), per_second=0)
    for _ in range(1000):
        limits.take("ada")
    assert (limits.on, limits.shared) == (False, False)


def test_the_callers_seen_longest_ago_are_forgotten() -> None:
    """A scan of addresses does not grow the table."""
    limits = limiter(FakeClock(), burst=1, max_callers=2)
    for name in ("ada", "bob", "eve"):
        limits.take(name)
    limits.take("ada")
    with pytest.raises(RateLimitExceeded):
        limits.take("eve")


def test_what_is_given_back_leaves_nothing() -> None:
    """A bucket that is full again takes no memory; one that is not stays as it is."""
    clock = FakeClock()
    limits = limiter(clock)
    limits.take("ada")
    limits.give_back("ada")
    limits.give_back("nobody")
    for _ in range(2):
        limits.take("bob")
    limits.give_back("bob")
    assert list(limits._full_at) == ["bob"]
    clock.advance(10)
    limits.give_back("bob")
    assert not limits._full_at


async def test_replicas_count_together() -> None:
    """The count of all in a window decides; the wait is what is left of the window."""
    limits = limiter(FakeClock(), Counters(start=22))
    await limits.take_shared("ada")
    with pytest.raises(RateLimitExceeded) as refused:
        await limits.take_shared("ada")
    assert 0 < (refused.value.retry_after_seconds or 0) <= 10


async def test_without_coordination_each_counts_alone() -> None:
    """Redis gone refuses nobody."""
    limits = limiter(FakeClock(), Counters(away=True))
    for _ in range(100):
        await limits.take_shared("ada")


async def test_windows_have_names_of_their_own() -> None:
    """The next window starts from nothing."""
    clock, counters = FakeClock(), Counters()
    limits = limiter(clock, counters)
    await limits.take_shared("ada")
    clock.advance(10)
    await limits.take_shared("ada")
    assert len(set(counters.names)) == 2
