"""The demo's index is made by a process of its own."""

import logging
import sys
from pathlib import Path

import pytest

from nexy.utils.supervisor import TaskSupervisor
from nexy.workflows.demo_index import DemoIndex

WRITE = "import os, pathlib; pathlib.Path(os.environ['NEXY_HOME'], 'seen').write_text('x')"
STAY = "import signal; signal.pause()"


async def test_the_command_gets_the_home_of_the_server(tmp_path: Path) -> None:
    """It works on the same index, wherever that lies."""
    await DemoIndex(str(tmp_path), (sys.executable, "-c", WRITE)).run()
    assert (tmp_path / "seen").exists()


@pytest.mark.parametrize(("code", "decision"), [(0, "index"), (3, "degrade")])
async def test_how_it_ended_is_logged(
    code: int, decision: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A demo without an index is no reason to stop."""
    caplog.set_level(logging.INFO)
    await DemoIndex(str(tmp_path), (sys.executable, "-c", f"raise SystemExit({code})"), ()).run()
    assert [getattr(record, "decision", "") for record in caplog.records][-1] == decision


async def test_a_server_that_stops_ends_it(tmp_path: Path) -> None:
    """No process outlives the server."""
    supervisor = TaskSupervisor("test")
    running = supervisor.spawn(DemoIndex(str(tmp_path), (sys.executable, "-c", STAY)).run())
    await supervisor.cleanup()
    assert running.cancelled()


async def test_a_run_that_is_held_up_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The lease of a killed run is waited for, and not for ever."""
    caplog.set_level(logging.INFO)
    await DemoIndex(str(tmp_path), (sys.executable, "-c", "raise SystemExit(1)"), (0.0, 0.0)).run()
    assert len([record for record in caplog.records if record.name == "nexy.code"]) == 3
