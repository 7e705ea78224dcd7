"""Fixtures of the operator checks' tests: a scripted voice server and a way to run a check against it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from operator_checks import Checks, Target, guarded

from nexy_client.testing.scripted_voice import ScriptedVoice, serve_scripted

Check = Callable[[Checks, Target], Awaitable[None]]


def target_at(address: str, *, timeout: float = 20.0) -> Target:
    """The target behind `host:port`."""
    host, _, port = address.rpartition(":")
    return Target(host=host, port=int(port), timeout=timeout)


@pytest.fixture
def voice() -> ScriptedVoice:
    """A server that keeps the contract, until the test plants a fault."""
    return ScriptedVoice()


@pytest_asyncio.fixture
async def target(voice: ScriptedVoice) -> AsyncIterator[Target]:
    """Where the scripted server listens."""
    async with serve_scripted(voice) as address:
        yield target_at(address)


@pytest.fixture
def run() -> Callable[[Check, Target], Awaitable[Checks]]:
    """Runs a check to its end."""

    async def to_the_end(check: Check, target: Target) -> Checks:
        checks = Checks()
        await guarded(check, checks, target)
        return checks

    return to_the_end
