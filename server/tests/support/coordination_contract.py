"""What every `Coordination` does, in memory or on Redis: subclass, and give the two fixtures."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

import pytest

from nexy.contracts.coordination import Coordination
from nexy.contracts.errors import ValidationFailed
from nexy.utils.supervisor import owned_task

_PROBE = b"probe"
_TRIES = 1000

Advance = Callable[[float], None]


class CoordinationContract:
    """The tests need `coordination`, empty, and `advance`, which lets its time pass; `QUEUE` is its mailbox size."""

    QUEUE = 4

    @pytest.fixture
    def coordination(self) -> Coordination:
        raise NotImplementedError

    @pytest.fixture
    def advance(self) -> Advance:
        raise NotImplementedError

    async def arrived(self, coordination: Coordination) -> None:
        """Let what was published reach the mailboxes; in memory it is there at once."""

    async def test_a_lease_has_one_owner(self, coordination: Coordination) -> None:
        """A second owner waits until the first gives the lease back."""
        assert await coordination.acquire_lease("work", "a", 10)
        assert not await coordination.acquire_lease("work", "b", 10)
        assert await coordination.release_lease("work", "a")
        assert await coordination.acquire_lease("work", "b", 10)

    async def test_a_lease_ends_by_itself(self, coordination: Coordination, advance: Advance) -> None:
        """An owner that died does not hold its lease for ever."""
        await coordination.acquire_lease("work", "a", 10)
        advance(10.001)
        assert await coordination.acquire_lease("work", "b", 10)

    async def test_an_owner_renews_its_lease(self, coordination: Coordination, advance: Advance) -> None:
        """The time to live starts again with each renewal."""
        await coordination.acquire_lease("work", "a", 10)
        advance(9)
        assert await coordination.acquire_lease("work", "a", 10)
        advance(9)
        assert not await coordination.acquire_lease("work", "b", 10)

    async def test_only_the_holder_releases(self, coordination: Coordination, advance: Advance) -> None:
        """One that lost its lease cannot take it from the next holder."""
        assert not await coordination.release_lease("work", "a")
        await coordination.acquire_lease("work", "a", 10)
        advance(11)
        assert not await coordination.release_lease("work", "a")
        await coordination.acquire_lease("work", "b", 10)
        assert not await coordination.release_lease("work", "a")
        assert not await coordination.acquire_lease("work", "a", 10)

    async def test_one_of_many_gets_the_lease(self, coordination: Coordination) -> None:
        """Taking a lease is atomic."""
        taken = await asyncio.gather(*(coordination.acquire_lease("work", str(n), 10) for n in range(50)))
        assert sum(taken) == 1

    async def test_a_counter_counts(self, coordination: Coordination) -> None:
        """Each increment returns the sum so far; names do not touch each other."""
        assert [await coordination.increment("n", amount) for amount in (1, 5, -2)] == [1, 6, 4]
        assert await coordination.increment("m") == 1

    async def test_no_increment_is_lost(self, coordination: Coordination) -> None:
        """Counting is atomic."""
        assert sorted(await asyncio.gather(*(coordination.increment("n") for _ in range(50)))) == list(range(1, 51))

    async def test_the_time_of_a_counter_starts_with_its_first_increment(
        self, coordination: Coordination, advance: Advance
    ) -> None:
        """Later increments do not prolong a window."""
        await coordination.increment("n", ttl_seconds=60)
        advance(59)
        assert await coordination.increment("n", ttl_seconds=60) == 2
        advance(1.001)
        assert await coordination.increment("n", ttl_seconds=60) == 1

    async def test_a_value_is_kept_for_its_time(self, coordination: Coordination, advance: Advance) -> None:
        """The cache gives back the very bytes until they expire."""
        assert await coordination.cache_get("k") is None
        await coordination.cache_set("k", b"\x00\xff", 5)
        advance(4.9)
        assert await coordination.cache_get("k") == b"\x00\xff"
        advance(0.2)
        assert await coordination.cache_get("k") is None

    async def test_setting_again_replaces_value_and_time(self, coordination: Coordination, advance: Advance) -> None:
        """The newest value and its own time to live count."""
        await coordination.cache_set("k", b"old", 5)
        advance(4)
        await coordination.cache_set("k", b"new", 5)
        advance(4)
        assert await coordination.cache_get("k") == b"new"

    async def test_a_deleted_value_is_gone(self, coordination: Coordination) -> None:
        """Deleting what is not there is no mistake."""
        await coordination.cache_set("k", b"v", 5)
        await coordination.cache_delete("k")
        await coordination.cache_delete("k")
        assert await coordination.cache_get("k") is None

    @pytest.mark.parametrize("ttl", [0, -1, float("nan")])
    async def test_a_time_to_live_is_positive(self, coordination: Coordination, ttl: float) -> None:
        """A time that never was is a defect of the caller, and told as such."""
        with pytest.raises(ValidationFailed):
            await coordination.acquire_lease("work", "a", ttl)
        with pytest.raises(ValidationFailed):
            await coordination.cache_set("k", b"v", ttl)
        with pytest.raises(ValidationFailed):
            await coordination.increment("n", ttl_seconds=ttl)

    async def test_without_subscribers_a_message_reaches_nobody(self, coordination: Coordination) -> None:
        """Messages are not kept for those who come later."""
        assert await coordination.publish("news", b"1") == 0

    async def test_every_subscriber_hears_every_message_in_order(self, coordination: Coordination) -> None:
        """Two listeners of a channel get the same, one of another channel nothing."""
        async with (
            _listening(coordination, "news") as first,
            _listening(coordination, "news") as second,
            _listening(coordination, "other") as third,
        ):
            for message in (b"1", b"2"):
                assert await coordination.publish("news", message) == 2
            assert [await _next(first), await _next(first)] == [b"1", b"2"]
            assert [await _next(second), await _next(second)] == [b"1", b"2"]
            await coordination.publish("other", b"3")
            assert await _next(third) == b"3"

    async def test_one_that_falls_behind_loses_the_oldest(self, coordination: Coordination) -> None:
        """A slow reader never holds up the publisher, nor memory."""
        async with _listening(coordination, "news") as slow:
            for number in range(self.QUEUE + 3):
                assert await coordination.publish("news", str(number).encode()) == 1
            await self.arrived(coordination)
            heard = [await _next(slow) for _ in range(self.QUEUE)]
            assert heard == [str(number).encode() for number in range(3, self.QUEUE + 3)]

    async def test_a_closed_subscription_hears_nothing(self, coordination: Coordination) -> None:
        """Who leaves is no longer counted."""
        async with _listening(coordination, "news"):
            assert await coordination.publish("news", b"1") == 1
        await self.arrived(coordination)
        assert await coordination.publish("news", b"2") == 0


@asynccontextmanager
async def _listening(coordination: Coordination, channel: str) -> AsyncIterator[AsyncGenerator[bytes, None]]:
    """A subscription that is known to be in place: its own probe has come back."""
    async with aclosing(coordination.subscribe(channel)) as messages:
        async with owned_task(_first_probe(messages)) as probe:
            for _ in range(_TRIES):
                await coordination.publish(f"{channel}", _PROBE)
                await asyncio.sleep(0)
                if probe.done():
                    break
            await asyncio.wait_for(probe, 5)
        yield messages


async def _first_probe(messages: AsyncGenerator[bytes, None]) -> None:
    assert await anext(messages) == _PROBE


async def _next(messages: AsyncGenerator[bytes, None]) -> bytes:
    """The next message that is no probe."""
    while True:
        message = await asyncio.wait_for(anext(messages), 5)
        if message != _PROBE:
            return message
