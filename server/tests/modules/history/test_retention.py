"""Sweeps come again and again, also after one that failed."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from nexy.config.history_section import HistoryConfig
from nexy.contracts.database import Database
from nexy.contracts.errors import Unavailable
from nexy.modules.history.pictures import Pictures
from nexy.modules.history.retention import Retention
from nexy.utils.clock import SystemClock
from nexy.utils.supervisor import owned_task
from support.virtual_time import run_virtual


def test_a_failed_sweep_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """The database is away for ever: one try each minute, each told, none the last."""
    tries = 0

    def away() -> Database:
        nonlocal tries
        tries += 1
        raise Unavailable("away")

    async def scenario() -> None:
        retention = Retention(
            HistoryConfig(sweep_seconds=60), "server", away, NoPictures(Path(), timedelta(days=1)), SystemClock()
        )
        async with owned_task(retention.run()):
            await asyncio.sleep(150)

    with caplog.at_level(logging.WARNING, logger="nexy.history"):
        run_virtual(scenario())
    assert tries == 3
    assert len(caplog.records) == 3


class NoPictures(Pictures):
    """A folder without files, asked without a thread."""

    async def remove_expired(self, now: object) -> int:
        return 0
