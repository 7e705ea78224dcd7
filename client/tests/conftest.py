"""Fixtures of the client's tests: a scripted server on loopback, and nothing left behind."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from nexy_client import VoiceClient
from nexy_client.testing.scripted_voice import ScriptedVoice, serve_scripted


@pytest_asyncio.fixture(autouse=True)
async def _no_leaked_tasks() -> AsyncIterator[None]:
    """Every asynchronous task that a test starts has ended when the test ends."""
    before = asyncio.all_tasks()
    yield
    leaked = [task for task in asyncio.all_tasks() - before if task is not asyncio.current_task() and not task.done()]
    for task in leaked:
        task.cancel()
    assert not leaked, f"leaked tasks: {leaked}"


@pytest.fixture
def voice() -> ScriptedVoice:
    """The server's script, to be bent by the test."""
    return ScriptedVoice()


@pytest_asyncio.fixture
async def target(voice: ScriptedVoice) -> AsyncIterator[str]:
    """Where the scripted server listens."""
    async with serve_scripted(voice) as address:
        yield address


@pytest_asyncio.fixture
async def client(target: str) -> AsyncIterator[VoiceClient]:
    """A device that is connected to the scripted server."""
    async with VoiceClient(target, hardware_id="kitchen") as connected:
        yield connected
