"""The address of Redis, and a Redis that is not there."""

import pytest

from nexy.config.sections import CoordinationConfig, CoordinationSection
from nexy.contracts.errors import ConfigurationInvalid, Unavailable
from nexy.contracts.module import ModuleState
from nexy.modules.coordination.module import CoordinationModule
from nexy.utils.clock import SystemClock
from support.debian_postgres import free_port
from support.peers import FakePeers


@pytest.mark.parametrize(
    "url", ["nonsense", "http://Canary@host", "redis://", "redis://:Canary@host:port/0", "redis://:Canary@host:99999"]
)
async def test_a_wrong_address_ends_the_start(url: str) -> None:
    """The message names key and variable and repeats nothing of the address, which may hold a password."""
    with pytest.raises(ConfigurationInvalid) as caught:
        await CoordinationModule().initialize(CoordinationSection(redis_url=url), FakePeers(clock=SystemClock()))
    assert caught.value.field == "outside.redis_url"
    assert "REDIS_URL" in caught.value.message
    assert "Canary" not in caught.value.message


async def test_without_redis_the_module_is_degraded_and_ends_cleanly() -> None:
    """Calls fail, mistakes of the caller stay mistakes, and nothing is left running."""
    module = CoordinationModule()
    section = CoordinationSection(
        config=CoordinationConfig(redis_timeout_seconds=0.2), redis_url=f"redis://127.0.0.1:{free_port()}/0"
    )
    await module.initialize(section, FakePeers(clock=SystemClock()))
    assert module.status().state is ModuleState.DEGRADED
    for call in (module.cache_get("k"), module.publish("c", b""), module.acquire_lease("l", "o", 1)):
        with pytest.raises(Unavailable):
            await call
    await module.cleanup()
    await module.cleanup()
    assert module.status().state is ModuleState.STOPPED


def test_the_client_is_not_loaded_without_an_address() -> None:
    """Who does not use Redis does not pay for it."""
    import subprocess
    import sys

    code = "import nexy.application, sys; sys.exit('redis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
