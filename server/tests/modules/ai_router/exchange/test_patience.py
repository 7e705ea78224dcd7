"""How long a provider may keep us waiting, in virtual time."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.errors import DeadlineExceeded
from nexy.modules.ai_router.exchange.patience import Patience
from support.virtual_time import run_virtual

LIMITS = WordsConfig(
    first_token_timeout_seconds=10,
    between_tokens_timeout_seconds=4,
    whole_answer_timeout_seconds=30,
    unstreamed_answer_timeout_seconds=20,
)


class Drip:
    """A source whose bytes come after the given pauses."""

    def __init__(self, *pauses: float) -> None:
        self._pauses = list(pauses)
        self._wait: asyncio.Future[bytes] | None = None

    async def readany(self) -> bytes:
        loop = asyncio.get_running_loop()
        self._wait = wait = loop.create_future()
        timer = loop.call_later(self._pauses.pop(0), lambda: wait.done() or wait.set_result(b"x"))
        try:
            return await wait
        finally:
            timer.cancel()

    def set_exception(self, exc: BaseException) -> None:
        assert self._wait is not None
        self._wait.set_exception(exc)


def timed(work: Coroutine[Any, Any, None]) -> tuple[str, float]:
    """The code of the deadline that `work` meets, and when it met it."""

    async def run() -> tuple[str, float]:
        with pytest.raises(DeadlineExceeded) as caught:
            await work
        return caught.value.code, asyncio.get_running_loop().time()

    return run_virtual(run())


def test_the_first_token_has_one_deadline_for_all_reads() -> None:
    """Bytes without words do not move the first-token deadline."""

    async def work() -> None:
        patience = Patience(LIMITS)
        source = Drip(3, 3, 3, 3)
        for _ in range(4):
            await patience.read(source)

    assert timed(work()) == ("provider_first_token_timeout", 10)


def test_opening_counts_towards_the_first_token() -> None:
    """Six seconds for the headers leave four for the first token."""

    async def work() -> None:
        patience = Patience(LIMITS)
        async with patience.opening():
            await asyncio.sleep(6)
        await patience.read(Drip(60))

    assert timed(work()) == ("provider_first_token_timeout", 10)


def test_no_headers_in_time_is_the_same_deadline() -> None:
    """A server that accepts and says nothing fails like one without a first token."""

    async def work() -> None:
        async with Patience(LIMITS).opening():
            await asyncio.sleep(60)

    assert timed(work()) == ("provider_first_token_timeout", 10)


def test_each_word_starts_the_wait_between_tokens_anew() -> None:
    """Words every three seconds are fine with a deadline of four; a pause of five is not."""

    async def work() -> None:
        patience = Patience(LIMITS)
        source = Drip(3, 3, 3, 3, 5)
        for _ in range(5):
            await patience.read(source)
            patience.heard()

    assert timed(work()) == ("provider_between_tokens_timeout", 16)


def test_the_whole_answer_has_a_deadline() -> None:
    """A trickle that never pauses too long still ends."""

    async def work() -> None:
        patience = Patience(LIMITS)
        source = Drip(*[3.5] * 20)
        while True:
            await patience.read(source)
            patience.heard()

    assert timed(work()) == ("provider_whole_answer_timeout", 30)


def test_a_slow_listener_is_not_the_providers_fault() -> None:
    """Time between reads is not counted, however long."""

    async def work() -> None:
        patience = Patience(LIMITS)
        source = Drip(1, 1, 1, 60)
        for _ in range(4):
            await patience.read(source)
            patience.heard()
            await asyncio.sleep(100)

    assert timed(work()) == ("provider_between_tokens_timeout", 307)


def test_a_deadline_that_comes_nearer_is_met_in_time() -> None:
    """After the first word the shorter deadline counts at once, not when the old timer would have rung."""

    async def work() -> None:
        patience = Patience(LIMITS)
        source = Drip(1, 60)
        await patience.read(source)
        patience.heard()
        await patience.read(source)

    assert timed(work()) == ("provider_between_tokens_timeout", 5)


def test_one_timer_serves_many_reads() -> None:
    """A thousand words do not arm a thousand timers."""

    async def work() -> int:
        patience, loop = Patience(LIMITS), asyncio.get_running_loop()
        armed = 0

        def counting(*args: Any, **kwargs: Any) -> asyncio.TimerHandle:
            nonlocal armed
            armed += 1
            return original(*args, **kwargs)

        original = loop.call_at
        source = Drip(*[0.01] * 1000)
        patience.heard()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "call_at", counting)
            for _ in range(1000):
                await patience.read(source)
                patience.heard()
        patience.close()
        return armed - 1000  # the source's own timers go through call_at too

    assert run_virtual(work()) < 10


def test_another_timeout_inside_opening_is_left_alone() -> None:
    """A timeout of somebody else is not turned into the provider's."""

    async def work() -> None:
        async with Patience(LIMITS).opening():
            raise TimeoutError

    with pytest.raises(TimeoutError):
        run_virtual(work())


def test_closing_twice_is_safe() -> None:
    """A patience without a timer has nothing to stop."""

    async def work() -> None:
        patience = Patience(LIMITS)
        await patience.read(Drip(1))
        patience.close()
        patience.close()

    run_virtual(work())


def test_an_answer_in_one_piece_has_a_limit_of_its_own() -> None:
    """Headers count towards it, a slow first byte is allowed, and the next provider's time is not used up."""

    async def work() -> None:
        patience = Patience(LIMITS, streamed=False)
        async with patience.opening():
            await asyncio.sleep(12)
        await patience.read(Drip(60))

    assert timed(work()) == ("provider_whole_answer_timeout", 20)


def test_no_headers_of_an_answer_in_one_piece() -> None:
    """A server that accepts and says nothing is given up at the same limit."""

    async def work() -> None:
        async with Patience(LIMITS, streamed=False).opening():
            await asyncio.sleep(60)

    assert timed(work()) == ("provider_whole_answer_timeout", 20)


def test_the_whole_answer_bounds_one_in_one_piece_too() -> None:
    """Where it is the shorter of the two."""

    async def work() -> None:
        await Patience(replace(LIMITS, whole_answer_timeout_seconds=5), streamed=False).read(Drip(60))

    assert timed(work()) == ("provider_whole_answer_timeout", 5)
