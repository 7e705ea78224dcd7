"""The gRPC server's stop and its address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest

from nexy.config.sections import GrpcConfig
from nexy.transport.grpc_service.grpc_service_manager import GrpcServiceManager
from nexy.utils.supervisor import owned_task
from support.grpc_voice import Ended, GrpcVoice, ask, ended, grpc_voice


@asynccontextmanager
async def running_turn(home: Path) -> "AsyncIterator[tuple[GrpcVoice, asyncio.Task[Ended]]]":
    """A server and a turn on it whose first words have come and whose next ones never will."""
    async with grpc_voice(home, ["First. ", asyncio.Event()]) as voice, asyncio.timeout(10):
        call = voice.stub.StreamAudio(iter([ask()]))
        await call.read()
        async with owned_task(ended(call)) as turn:
            yield voice, turn
            await turn


async def test_a_stop_without_grace_ends_one_that_still_waits(tmp_path: Path) -> None:
    """The running turn has let go of everything when the second stop returns, and the first returns too."""
    async with running_turn(tmp_path) as (voice, turn):
        async with owned_task(voice.manager.cleanup(grace_seconds=60)) as draining:
            await asyncio.sleep(0)
            assert not turn.done()
            await voice.manager.cleanup()
            assert voice.parts.backpressure.turns == 0
            await draining


async def test_a_stop_without_grace_ends_what_a_given_up_one_left(tmp_path: Path) -> None:
    """As a second signal does it: the waiting stop is cancelled, the next one ends the turn."""
    async with running_turn(tmp_path) as (voice, _turn):
        async with owned_task(voice.manager.cleanup(grace_seconds=60)):
            await asyncio.sleep(0)
        await voice.manager.cleanup()
        assert voice.parts.backpressure.turns == 0


@pytest.mark.parametrize("host", ["::1", "[::1]"])
async def test_an_ipv6_door_is_written_in_brackets(tmp_path: Path, host: str) -> None:
    """The address that is told is one that can be dialled."""
    async with grpc_voice(tmp_path) as voice:
        manager = GrpcServiceManager(
            GrpcConfig(host=host, port=0), voice.manager._servicer, voice.metrics, with_reflection=False
        )
        try:
            await manager.initialize()
            assert manager.address.startswith("[::1]:")
            async with grpc.aio.insecure_channel(manager.address) as channel, asyncio.timeout(10):
                await channel.channel_ready()
        finally:
            await manager.cleanup()
