"""Debian's Redis keeps the contract of `Coordination`, and its loss is told quickly and mended by itself."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import pytest
import pytest_asyncio

from nexy.config.sections import CoordinationConfig, CoordinationSection
from nexy.contracts.coordination import Coordination
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import ModuleState
from nexy.modules.coordination.module import CoordinationModule
from nexy.utils.clock import SystemClock
from nexy.utils.supervisor import owned_task
from support.coordination_contract import Advance, CoordinationContract
from support.debian_redis import DebianRedis
from support.peers import FakePeers

pytestmark = pytest.mark.system
_SETTLES = 50


async def started(server: DebianRedis, namespace: str = "test", **about: float | int) -> CoordinationModule:
    config = CoordinationConfig(namespace=namespace, redis_retry_seconds=0.05, **about)  # type: ignore[arg-type]
    module = CoordinationModule()
    await module.initialize(CoordinationSection(config=config, redis_url=server.url), FakePeers(clock=SystemClock()))
    return module


async def until(seen: Callable[[], bool]) -> None:
    """Wait for what comes by itself, within ten seconds."""
    tick = 0.01
    async with asyncio.timeout(10):
        while not seen():
            await asyncio.sleep(tick)


@pytest.fixture
def server(debian_redis: DebianRedis) -> DebianRedis:
    """The session's server, running and empty."""
    debian_redis.start()
    with debian_redis.client() as client:
        client.flushall()
    return debian_redis


@pytest_asyncio.fixture
async def shared(server: DebianRedis) -> AsyncIterator[CoordinationModule]:
    module = await started(server)
    yield module
    await module.cleanup()


class TestOnRedis(CoordinationContract):
    """Every test of the contract; time passes for the keys, not for us."""

    @pytest_asyncio.fixture
    async def coordination(self, server: DebianRedis) -> AsyncIterator[CoordinationModule]:  # type: ignore[override]
        module = await started(server, subscriber_queue=self.QUEUE)
        yield module
        await module.cleanup()

    @pytest.fixture
    def advance(self, server: DebianRedis) -> Advance:
        return server.advance

    async def arrived(self, coordination: Coordination) -> None:
        """A message is on its way when `publish` returns; some rounds later it has come."""
        for _ in range(_SETTLES):
            await coordination.increment("rounds")


async def test_two_servers_share_everything(server: DebianRedis, shared: CoordinationModule) -> None:
    """Leases, counters, values and messages of one process are those of the other."""
    other = await started(server)
    assert await shared.acquire_lease("work", "a", 60)
    assert not await other.acquire_lease("work", "b", 60)
    assert (await shared.increment("n"), await other.increment("n", 4)) == (1, 5)
    await shared.cache_set("k", b"\x00v", 60)
    assert await other.cache_get("k") == b"\x00v"
    async with aclosing(other.subscribe("news")) as messages, owned_task(anext(messages)) as heard:
        while not heard.done():
            await shared.publish("news", b"hello")
        assert heard.result() == b"hello"
    await other.cleanup()


async def test_installations_do_not_meet(server: DebianRedis, shared: CoordinationModule) -> None:
    """A namespace of one's own, and every name in Redis begins with it."""
    other = await started(server, "other")
    await shared.increment("n")
    await shared.cache_set("k", b"v", 60)
    await shared.acquire_lease("work", "a", 60)
    assert (await other.increment("n"), await other.cache_get("k")) == (1, None)
    assert await other.acquire_lease("work", "b", 60)
    with server.client() as client:
        assert {key.split(b":")[0] for key in client.keys("*")} == {b"test", b"other"}
    await other.cleanup()


async def test_a_value_that_is_too_large_replaces_nothing(server: DebianRedis) -> None:
    """The bound holds for Redis as well, and what was there is not taken for it."""
    module = await started(server, max_value_bytes=10)
    await module.cache_set("k", b"x" * 10, 60)
    assert await module.cache_get("k") == b"x" * 10
    await module.cache_set("k", b"x" * 11, 60)
    assert await module.cache_get("k") is None
    await module.cleanup()


async def test_a_very_long_time_is_no_defect(shared: CoordinationModule) -> None:
    """For ever is as long as Redis can."""
    await shared.cache_set("k", b"v", float("inf"))
    assert await shared.cache_get("k") == b"v"


async def test_a_server_without_redis_starts_and_says_so(server: DebianRedis, caplog: pytest.LogCaptureFixture) -> None:
    """Every call fails at once, the status names address and variable without the password, and Redis is found when
    it comes."""
    server.stop()
    with caplog.at_level(logging.INFO):
        module = await started(server)
        assert module.status().state is ModuleState.DEGRADED
        assert f"127.0.0.1:{server.port} (REDIS_URL)" in module.status().detail
        with pytest.raises(Unavailable) as caught:
            await module.increment("n")
        assert caught.value.code == "redis_unavailable"
        server.start()
        await until(lambda: module.status().state is ModuleState.RUNNING)
    assert await module.increment("n") == 1
    assert server.password not in caplog.text + module.status().detail
    assert [record.decision for record in caplog.records] == ["degrade", "complete"]  # type: ignore[attr-defined]
    await module.cleanup()


async def test_redis_that_dies_is_told_quickly_and_found_again(server: DebianRedis, shared: CoordinationModule) -> None:
    """A thousand calls without Redis take less than a second; subscriptions go on when it is back."""
    async with aclosing(shared.subscribe("news")) as messages, owned_task(anext(messages)) as heard:
        assert await shared.increment("n") == 1
        server.stop()
        began = time.monotonic()
        for _ in range(1000):
            with pytest.raises(Unavailable):
                await shared.increment("n")
        assert time.monotonic() - began < 1
        assert shared.status().state is ModuleState.DEGRADED
        server.start()
        await until(lambda: shared.status().state is ModuleState.RUNNING)
        while not heard.done():
            await shared.publish("news", b"back")
        assert heard.result() == b"back"


async def test_redis_that_hangs_costs_one_wait(server: DebianRedis) -> None:
    """The first call gives up after the configured time, the next ones at once; afterwards everything is as before."""
    module = await started(server, redis_timeout_seconds=0.2)
    await module.cache_set("k", b"v", 60)
    server.freeze()
    try:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            await module.cache_get("k")
        assert 0.15 < time.monotonic() - began < 1
        began = time.monotonic()
        with pytest.raises(Unavailable):
            await module.cache_get("k")
        assert time.monotonic() - began < 0.15
    finally:
        server.thaw()
    await until(lambda: module.status().state is ModuleState.RUNNING)
    assert await module.cache_get("k") == b"v"
    await module.cleanup()


async def test_a_full_redis_is_told_and_does_not_count_as_away(server: DebianRedis, shared: CoordinationModule) -> None:
    """It refuses to write and goes on reading."""
    await shared.cache_set("k", b"v", 60)
    with server.client() as client:
        client.config_set("maxmemory", "1")
    try:
        with pytest.raises(Unavailable) as caught:
            await shared.cache_set("other", b"v" * 1000, 60)
        assert caught.value.code == "redis_refused"
        assert await shared.cache_get("k") == b"v"
        assert shared.status().state is ModuleState.RUNNING
    finally:
        with server.client() as client:
            client.config_set("maxmemory", "0")


async def test_a_wrong_password_is_told_as_away(server: DebianRedis) -> None:
    """Without its contents: no secret is in the status."""
    module = CoordinationModule()
    section = CoordinationSection(redis_url=f"redis://:Canary@127.0.0.1:{server.port}/0")
    await module.initialize(section, FakePeers(clock=SystemClock()))
    assert module.status().state is ModuleState.DEGRADED
    assert "Canary" not in module.status().detail
    await module.cleanup()


async def test_cleanup_ends_subscriptions_and_connections(server: DebianRedis) -> None:
    """A listener leaves its loop when the module stops, and Redis has no client of ours left."""
    module = await started(server)

    async def listen() -> list[bytes]:
        return [message async for message in module.subscribe("news")]

    async with owned_task(listen()) as listener:
        while not await module.publish("news", b"last"):
            await asyncio.sleep(0)
        for _ in range(_SETTLES):
            await module.increment("rounds")
        await module.cleanup()
        assert (await asyncio.wait_for(listener, 5))[-1] == b"last"
    with server.client() as client:
        assert len(client.client_list()) == 1
