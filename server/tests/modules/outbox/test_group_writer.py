"""Many records share one write, and writes keep their distance."""

import asyncio
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from nexy.config.outbox_section import OutboxConfig
from nexy.modules.outbox.folder import OutboxFolder
from nexy.modules.outbox.group_writer import GroupWriter
from nexy.modules.outbox.journal import Journal
from nexy.utils.supervisor import TaskSupervisor
from support.virtual_time import run_virtual


class Here(Executor):
    """Does the work at once: with jumping time no thread may be waited for."""

    def submit(self, work: Any, /, *args: Any, **named: Any) -> "Future[Any]":
        done: Future[Any] = Future()
        done.set_result(work(*args, **named))
        return done


def written(tmp_path: Path, waits: list[float], **settings: float) -> list[float]:
    """When each durable record was acknowledged that came after these waits, in seconds."""
    folder = OutboxFolder(tmp_path)
    folder.open()

    async def work() -> list[float]:
        supervisor = TaskSupervisor("test")
        journal = Journal(folder, 0, 1 << 20)
        config = OutboxConfig(**settings)  # type: ignore[arg-type]
        writer = GroupWriter(journal, folder, config, Here(), supervisor)
        clock = asyncio.get_running_loop().time

        async def keep(wait: float) -> float:
            await asyncio.sleep(wait)
            await writer.keep(b"x" * 10, 1, durable=True)
            return clock()

        acknowledged = await asyncio.gather(*(keep(wait) for wait in waits))
        await supervisor.cleanup()
        journal.close()
        return acknowledged

    try:
        return run_virtual(work())
    finally:
        folder.close()


def test_a_single_record_does_not_wait(tmp_path: Path) -> None:
    """Nobody shares its write, so nothing is gained by waiting."""
    assert written(tmp_path, [0.0, 5.0], group_seconds=0.5) == pytest.approx([0.0, 5.0])


def test_records_that_come_together_share_the_next_write(tmp_path: Path) -> None:
    """Under load a group begins no sooner than `group_seconds` after the one before it."""
    acknowledged = written(tmp_path, [0.0, 0.1, 0.2, 0.3, 0.6], group_seconds=0.5)
    assert acknowledged == pytest.approx([0.0, 0.5, 0.5, 0.5, 1.0])
