"""Who runs on this home, told without guessing."""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nexy.contracts.errors import ConfigurationInvalid
from nexy.utils.run_file import HomeTaken, RunFile

DOORS = {"grpc": "[::1]:50051", "http": "127.0.0.1:8080"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunFile]:
    """A server that has claimed the home and told nothing yet."""
    run_file = RunFile(tmp_path)
    run_file.claim()
    yield run_file
    run_file.release()


def left_behind(home: Path) -> Path:
    """What a server leaves when it is killed: its doors, and a lock that nobody holds."""
    (home / "run").mkdir()
    (home / "run" / "server.lock").touch()
    file = home / "run" / "server.json"
    file.write_text(json.dumps({"pid": 1, **DOORS}), encoding="utf-8")
    return file


def test_a_running_server_is_found_with_its_doors(server: RunFile, tmp_path: Path) -> None:
    """Process and addresses as they were written, IPv6 too."""
    server.write(DOORS)
    found = RunFile(tmp_path).running()
    assert found is not None
    assert (found.pid, dict(found.doors)) == (os.getpid(), DOORS)


def test_a_second_server_is_refused(server: RunFile, tmp_path: Path) -> None:
    """One home has one server, until it lets go."""
    with pytest.raises(HomeTaken):
        RunFile(tmp_path).claim()
    server.release()
    other = RunFile(tmp_path)
    other.claim()
    other.release()


def test_a_killed_servers_doors_do_not_count(tmp_path: Path) -> None:
    """The lock went with its process, so nobody runs."""
    left_behind(tmp_path)
    assert RunFile(tmp_path).running() is None


def test_those_who_ask_at_the_same_time_do_not_see_each_other(tmp_path: Path) -> None:
    """Another command that is just asking is no server, also beside the file of a killed one."""
    left_behind(tmp_path)
    with (tmp_path / "run" / "server.lock").open() as asking:
        fcntl.flock(asking, fcntl.LOCK_SH | fcntl.LOCK_NB)
        assert RunFile(tmp_path).running() is None


def test_a_starting_server_does_not_show_a_dead_ones_doors(tmp_path: Path) -> None:
    """Between its claim and its first word nobody runs."""
    file = left_behind(tmp_path)
    starting = RunFile(tmp_path)
    starting.claim()
    assert not file.exists()
    assert RunFile(tmp_path).running() is None
    starting.release()


def test_asking_leaves_nothing_behind(tmp_path: Path) -> None:
    """A home where no server ever ran stays as it is."""
    assert RunFile(tmp_path).running() is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("home", ["file", "file/below", "taken"])
def test_a_home_that_cannot_be_used_is_told(home: str, tmp_path: Path) -> None:
    """A file in its place, in its path or in the place of its folder: one line with the key home, no traceback."""
    (tmp_path / "file").touch()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "run").touch()
    with pytest.raises(ConfigurationInvalid, match=f"^NEXY_HOME: cannot use {tmp_path / home}: ") as raised:
        RunFile(tmp_path / home).claim()
    assert raised.value.field == "home"
