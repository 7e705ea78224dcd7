"""The in-memory form keeps the contract of `Coordination`."""

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from nexy.config.sections import CoordinationConfig, CoordinationSection
from nexy.contracts.errors import Internal, Unavailable
from nexy.contracts.module import ModuleState
from nexy.contracts.request import Request
from nexy.modules.coordination.module import CoordinationModule
from nexy.utils.supervisor import owned_task
from support.clock import FakeClock
from support.coordination_contract import Advance, CoordinationContract
from support.peers import FakePeers


async def started(clock: FakeClock, section: CoordinationConfig | None = None) -> CoordinationModule:
    module = CoordinationModule()
    await module.initialize(CoordinationSection(config=section or CoordinationConfig()), FakePeers(clock=clock))
    return module


class TestInMemory(CoordinationContract):
    """Every test of the contract, with a clock that the test moves."""

    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest_asyncio.fixture
    async def coordination(self, clock: FakeClock) -> AsyncIterator[CoordinationModule]:  # type: ignore[override]
        module = await started(clock, CoordinationConfig(subscriber_queue=self.QUEUE))
        yield module
        await module.cleanup()

    @pytest.fixture
    def advance(self, clock: FakeClock) -> Advance:
        return clock.advance


async def test_life_cycle() -> None:
    """Nothing works before the start and after the end, and both may come twice."""
    module = CoordinationModule()
    await module.cleanup()
    assert module.status().state is ModuleState.STOPPED
    with pytest.raises(Unavailable):
        await module.cache_get("k")
    await module.initialize(CoordinationSection(), FakePeers(clock=FakeClock()))
    assert module.status().state is ModuleState.RUNNING
    await module.cleanup()
    await module.cleanup()
    with pytest.raises(Unavailable):
        module.subscribe("news")


async def test_cleanup_ends_subscriptions() -> None:
    """A listener leaves its loop when the module stops, with what had arrived."""
    module = await started(FakeClock())
    messages = module.subscribe("news")
    await module.publish("news", b"last")

    async def listen() -> list[bytes]:
        return [message async for message in messages]

    async with owned_task(listen()) as listener:
        await asyncio.sleep(0)
        await module.cleanup()
        assert await asyncio.wait_for(listener, 5) == [b"last"]


async def test_a_subscription_counts_from_the_call() -> None:
    """A message between subscribing and the first reading is not lost."""
    module = await started(FakeClock())
    messages = module.subscribe("news")
    assert await module.publish("news", b"1") == 1
    assert await anext(messages) == b"1"
    await messages.aclose()


async def test_a_subscription_that_is_never_read_leaves_nothing() -> None:
    """A generator that was dropped unread is no longer a subscriber."""
    module = await started(FakeClock())
    module.subscribe("news")
    gc.collect()
    assert await module.publish("news", b"1") == 0


async def test_an_unknown_request_is_a_defect() -> None:
    """Coordination is asked through its port."""

    class Unknown(Request[None]):
        pass

    with pytest.raises(Internal, match="Unknown"):
        await CoordinationModule().process(Unknown())
