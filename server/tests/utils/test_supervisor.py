"""Owned tasks: gone when their owner is, whatever happens meanwhile."""

import asyncio
import logging

import pytest

from nexy.utils.supervisor import TaskSupervisor, owned_task


async def slow_to_end(log: list[str], go: asyncio.Event) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        log.append("ending")
        await go.wait()
        log.append("ended")


async def turn_around() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_second_cancellation_does_not_cut_the_clean_up_short() -> None:
    """The block's owner is cancelled twice: the task inside still ends before the block is left."""
    log: list[str] = []
    go = asyncio.Event()

    async def owner() -> None:
        async with owned_task(slow_to_end(log, go)):
            await asyncio.Event().wait()

    task = asyncio.ensure_future(owner())
    await turn_around()
    task.cancel()
    await turn_around()
    task.cancel()
    await turn_around()
    assert log == ["ending"]
    assert not task.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["ending", "ended"]


async def test_leaving_the_block_ends_the_task() -> None:
    """A task that would run for ever is cancelled and awaited at the end of the block."""
    async with owned_task(asyncio.Event().wait()) as task:
        await turn_around()
        assert not task.done()
    assert task.cancelled()


async def test_a_failure_is_logged_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    """One failed task is told once; the supervisor keeps the rest until its cleanup."""

    async def failing() -> None:
        raise ValueError("lost otherwise")

    supervisor = TaskSupervisor("test")
    with caplog.at_level(logging.ERROR):
        supervisor.spawn(failing())
        waiting = supervisor.spawn(asyncio.Event().wait())
        await turn_around()
        assert supervisor.running == 1
    assert "background task failed" in caplog.text
    await supervisor.cleanup()
    assert waiting.cancelled()
