"""When a file of a growing folder is complete."""

import os
from pathlib import Path

import pytest

from nexy.modules.sensor_streams.sources.das_library import NotReadable
from nexy.modules.sensor_streams.sources.settling import Settling

SECOND = 1_000_000_000
NOW = 1_700_000_000 * SECOND


def put(folder: Path, name: str, content: bytes = b"x", changed_ns: int = NOW) -> Path:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, ns=(changed_ns, changed_ns))
    return path


def test_an_old_file_is_complete_at_first_sight(tmp_path: Path) -> None:
    """A folder that is already full need not be waited for."""
    path = put(tmp_path, "a.h5", changed_ns=NOW - 5 * SECOND)
    assert Settling(tmp_path, 2.0).settled(NOW) == [path]


def test_every_change_begins_the_rest_anew(tmp_path: Path) -> None:
    """A file that grows by a little each second never settles; then it does."""
    settling = Settling(tmp_path, 2.0)
    for second in range(5):
        path = put(tmp_path, "a.h5", b"x" * (second + 1), NOW + second * SECOND)
        assert settling.settled(NOW + second * SECOND) == []
    assert settling.settled(NOW + 7 * SECOND) == [path]


def test_a_change_of_size_alone_is_a_change(tmp_path: Path) -> None:
    """Some recorders set the time of a file themselves."""
    settling = Settling(tmp_path, 2.0)
    put(tmp_path, "a.h5", b"x", NOW)
    settling.settled(NOW + SECOND)
    path = put(tmp_path, "a.h5", b"xx", NOW + 3 * SECOND)
    assert settling.settled(NOW + 4 * SECOND) == []
    assert settling.settled(NOW + 5 * SECOND) == [path]


def test_a_clock_ahead_of_ours_is_waited_for(tmp_path: Path) -> None:
    """A file from the future (another machine's clock) rests from when it was first seen."""
    settling = Settling(tmp_path, 2.0)
    path = put(tmp_path, "a.h5", changed_ns=NOW + 3600 * SECOND)
    assert settling.settled(NOW) == []
    assert settling.settled(NOW + 2 * SECOND) == [path]


def test_later_files_wait_for_earlier_ones(tmp_path: Path) -> None:
    """Order is by name; an empty or fresh file holds back what follows it."""
    settling = Settling(tmp_path, 2.0)
    first = put(tmp_path, "a.h5", changed_ns=NOW - 9 * SECOND)
    put(tmp_path, "b.h5", b"", changed_ns=NOW - 9 * SECOND)
    put(tmp_path, "c.h5", changed_ns=NOW - 9 * SECOND)
    assert settling.settled(NOW) == [first]


def test_what_is_taken_is_not_offered_again(tmp_path: Path) -> None:
    """Unless it vanishes and comes back as a new file."""
    settling = Settling(tmp_path, 2.0)
    path = put(tmp_path, "a.h5", changed_ns=NOW - 9 * SECOND)
    settling.take(path)
    assert settling.settled(NOW) == []
    path.unlink()
    assert settling.settled(NOW) == []
    put(tmp_path, "a.h5", changed_ns=NOW - 9 * SECOND)
    assert settling.settled(NOW) == [path]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    """It is not an empty folder."""
    with pytest.raises(NotReadable, match="no longer readable"):
        Settling(tmp_path / "gone", 2.0).settled(NOW)
