"""Room that is taken before it is used."""

import errno
import os
from pathlib import Path

import pytest

from nexy.utils.disk_room import take_room

_SIZE = 3_000_000


def _without_the_call(monkeypatch: pytest.MonkeyPatch, reason: int | None) -> None:
    def unable(*_: int) -> None:
        raise OSError(reason, "no")

    if reason is None:
        monkeypatch.delattr(os, "posix_fallocate", raising=False)
    else:
        monkeypatch.setattr(os, "posix_fallocate", unable, raising=False)


@pytest.mark.parametrize("reason", [0, None, errno.EOPNOTSUPP, errno.EINVAL])
def test_what_is_taken_lies_on_the_disk(reason: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the system's call and without it; what was there stays, the rest is zeros."""
    if reason != 0:
        _without_the_call(monkeypatch, reason)
    path = tmp_path / "file"
    path.write_bytes(b"head")
    with path.open("r+b") as file:
        take_room(file.fileno(), 4096, _SIZE)
        take_room(file.fileno(), 0, 4096)
        there = os.fstat(file.fileno())
    assert there.st_size == 4096 + _SIZE
    assert there.st_blocks * 512 >= _SIZE
    assert path.read_bytes() == b"head".ljust(4096 + _SIZE, b"\0")


def test_no_room_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for a file system without the call."""
    _without_the_call(monkeypatch, errno.ENOSPC)
    with (tmp_path / "file").open("wb") as file, pytest.raises(OSError, match="no") as refused:
        take_room(file.fileno(), 0, _SIZE)
    assert refused.value.errno == errno.ENOSPC
