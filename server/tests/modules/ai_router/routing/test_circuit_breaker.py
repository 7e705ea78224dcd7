"""Who is left alone, for how long, and who may try again."""

import asyncio

import pytest

from nexy.config.ai_router_section import BreakerConfig
from nexy.contracts.errors import DeadlineExceeded, NexyError, TooLarge, Unavailable, ValidationFailed
from nexy.modules.ai_router.routing.circuit_breaker import Breakers, CircuitBreaker, CircuitState
from support.clock import FakeClock
from support.scripted_providers import down

LATE = DeadlineExceeded("late", code="provider_first_token_timeout")


async def fail(failure: BaseException) -> None:
    raise failure


async def succeed() -> str:
    return "answer"


def opened(clock: FakeClock, threshold: int = 5) -> CircuitBreaker:
    breaker = CircuitBreaker(threshold, 60, clock)
    for _ in range(threshold):
        permit = breaker.admit()
        assert permit is not None
        permit.settle(down())
    assert breaker.state is CircuitState.OPEN
    return breaker


def test_the_documented_names_and_values() -> None:
    """Five failures and sixty seconds, unless told otherwise."""
    breaker = CircuitBreaker()
    assert (breaker.failure_threshold, breaker.timeout, breaker.state) == (5, 60, CircuitState.CLOSED)
    assert [state.value for state in CircuitState] == ["closed", "open", "half_open"]


async def test_it_opens_with_the_fifth_failure_in_a_row() -> None:
    """Four failures and a success leave it closed; five in a row open it, and nothing is called any more."""
    breaker = CircuitBreaker(clock=FakeClock())
    for failures in (4, 5):
        for _ in range(failures):
            assert breaker.state is CircuitState.CLOSED
            with pytest.raises(Unavailable):
                await breaker.call(fail, down())
        if failures == 4:
            assert await breaker.call(succeed) == "answer"
    with pytest.raises(Unavailable) as caught:
        await breaker.call(succeed)
    assert (caught.value.code, caught.value.retry_after_seconds) == ("breaker_open", 60)


async def test_after_the_timeout_one_of_a_hundred_callers_probes() -> None:
    """Half open lets exactly one call through, whoever else comes while it runs; its success lets everyone back."""
    clock = FakeClock()
    breaker = opened(clock)
    clock.advance(59.9)
    assert breaker.admit() is None
    clock.advance(0.1)
    assert breaker.state is CircuitState.HALF_OPEN
    called, gate = [], asyncio.Event()

    async def probe() -> None:
        called.append(1)
        await gate.wait()

    async def caller() -> str:
        try:
            await breaker.call(probe)
        except Unavailable as refused:
            return refused.code
        gate.set()
        return "through"

    callers = [asyncio.ensure_future(caller()) for _ in range(100)]
    for _ in range(3):
        await asyncio.sleep(0)
    assert (len(called), breaker.state) == (1, CircuitState.HALF_OPEN)
    gate.set()
    told = await asyncio.gather(*callers)
    assert sorted(set(told)) == ["breaker_open", "through"]
    assert told.count("through") == 1
    assert breaker.state is CircuitState.CLOSED


def test_a_failed_probe_opens_for_another_timeout() -> None:
    """One failure of the probe is enough; the time starts anew."""
    clock = FakeClock()
    breaker = opened(clock)
    clock.advance(60)
    probe = breaker.admit()
    assert probe is not None
    clock.advance(5)
    probe.settle(LATE)
    clock.advance(59)
    assert breaker.admit() is None
    clock.advance(1)
    assert breaker.admit() is not None


async def test_a_cancelled_probe_frees_its_place() -> None:
    """A caller that leaves never locks the provider out: the next one probes."""
    clock = FakeClock()
    breaker = opened(clock)
    clock.advance(60)
    probe = asyncio.ensure_future(breaker.call(asyncio.Event().wait))
    await asyncio.sleep(0)
    assert breaker.admit() is None
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert breaker.state is CircuitState.HALF_OPEN
    assert await breaker.call(succeed) == "answer"
    assert breaker.state is CircuitState.CLOSED


def test_a_probe_that_speaks_lets_everyone_back_at_once() -> None:
    """Others need not wait until a long answer ends; if it then dies, that counts as one failure."""
    clock = FakeClock()
    breaker = opened(clock)
    clock.advance(60)
    probe = breaker.admit()
    assert probe is not None
    probe.heard()
    assert breaker.state is CircuitState.CLOSED
    probe.settle(down())
    assert (breaker.state, breaker.failure_count) == (CircuitState.CLOSED, 1)


@pytest.mark.parametrize(
    ("failure", "counts"),
    [
        *((down(status), False) for status in (400, 401, 402, 403, 404, 409, 413, 422)),
        *((down(status), True) for status in (408, 429, 500, 502, 503, 529)),
        (Unavailable("", code="provider_auth"), False),
        (ValidationFailed("", code="provider_refused"), False),
        (TooLarge("", code="provider_answer_too_large"), False),
        (Unavailable("", code="provider_unreachable"), True),
        (Unavailable("", code="provider_garbage"), True),
        (Unavailable("", code="provider_empty"), True),
        (LATE, True),
    ],
)
def test_the_callers_own_errors_do_not_count(failure: NexyError, counts: bool) -> None:
    """4xx other than 408 and 429 say nothing against a provider; everything else does."""
    breaker = CircuitBreaker(1, 60, FakeClock())
    permit = breaker.admit()
    assert permit is not None
    permit.settle(failure)
    assert breaker.state is (CircuitState.OPEN if counts else CircuitState.CLOSED)


def test_the_callers_own_error_of_a_probe_leaves_the_question_open() -> None:
    """It neither closes nor opens: the next caller probes."""
    clock = FakeClock()
    breaker = opened(clock)
    clock.advance(60)
    for _ in range(3):
        probe = breaker.admit()
        assert probe is not None
        probe.settle(down(400))
    assert breaker.state is CircuitState.HALF_OPEN


def test_what_began_before_it_opened_does_not_decide() -> None:
    """A late success does not close it, a late failure does not prolong it, and nothing counts twice."""
    clock = FakeClock()
    breaker = CircuitBreaker(2, 60, clock)
    good, bad, *rest = [breaker.admit() for _ in range(4)]
    assert good is not None
    assert bad is not None
    for permit in rest:
        assert permit is not None
        permit.settle(down())
        permit.settle(down())
    good.settle(None)
    assert breaker.state is CircuitState.OPEN
    clock.advance(59)
    bad.settle(down())
    clock.advance(1)
    assert breaker.state is CircuitState.HALF_OPEN


def test_each_provider_and_model_has_its_own() -> None:
    """A model that fails does not shut out its provider's others."""
    breakers = Breakers(BreakerConfig(failure_threshold=1), FakeClock())
    permit = breakers.of("claude", "large").admit()
    assert permit is not None
    permit.settle(down())
    assert breakers.of("claude", "large").admit() is None
    assert breakers.of("claude", "small").admit() is not None
    assert breakers.of("openai", "large").admit() is not None
    assert breakers.states()["claude", "large"] is CircuitState.OPEN


def test_invented_models_do_not_fill_the_memory() -> None:
    """Names come from callers, so the table is bounded; an open breaker stays."""
    breakers = Breakers(BreakerConfig(failure_threshold=1), FakeClock())
    permit = breakers.of("claude", "broken").admit()
    assert permit is not None
    permit.settle(down())
    for number in range(3000):
        breakers.of("claude", f"invented-{number}")
    assert len(breakers.states()) <= 1024
    assert breakers.of("claude", "broken").admit() is None
