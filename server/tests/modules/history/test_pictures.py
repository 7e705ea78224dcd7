"""Screenshots lie in private files and go when their time is over."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nexy.contracts.turn import Screenshot
from nexy.modules.history.pictures import Pictures

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
IMAGE = b"RIFF....WEBP" * 10
SHOT = Screenshot(data=base64.b64encode(IMAGE).decode(), width=800, height=600)


async def test_the_picture_is_kept_as_it_came(tmp_path: Path) -> None:
    """The reference tells hash, size and where; nobody else may read the file."""
    picture = await Pictures(tmp_path, timedelta(days=30)).keep("turn", SHOT, NOW)
    assert picture is not None
    file = tmp_path / picture.path
    assert file.read_bytes() == IMAGE
    assert (picture.sha256, picture.size) == (hashlib.sha256(IMAGE).hexdigest(), len(IMAGE))
    assert (picture.width, picture.height, picture.expires_at) == (800, 600, NOW + timedelta(days=30))
    assert file.stat().st_mode & 0o077 == 0
    assert (tmp_path / "screenshots").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("data", ["not base64!", "AAA", "тест"])
async def test_a_picture_that_is_none_is_not_kept(tmp_path: Path, data: str) -> None:
    """The turn goes on without it."""
    assert await Pictures(tmp_path, timedelta(days=30)).keep("turn", Screenshot(data=data), NOW) is None
    assert list(tmp_path.rglob("*.*")) == []


async def test_a_disk_that_refuses_costs_only_the_picture(tmp_path: Path) -> None:
    """A file stands where the folder should be: nothing is kept, nothing is raised."""
    (tmp_path / "screenshots").write_text("in the way")
    assert await Pictures(tmp_path, timedelta(days=30)).keep("turn", SHOT, NOW) is None


async def test_without_a_time_to_keep_nothing_is_written(tmp_path: Path) -> None:
    """Zero days: the screen is never stored."""
    assert await Pictures(tmp_path, timedelta()).keep("turn", SHOT, NOW) is None
    assert list(tmp_path.iterdir()) == []


async def test_what_had_its_time_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Files of their own name only, each at its own moment."""
    pictures = Pictures(tmp_path, timedelta(days=30))
    old = await pictures.keep("old", SHOT, NOW - timedelta(days=31))
    new = await pictures.keep("new", SHOT, NOW)
    assert old is not None
    assert new is not None
    foreign = (tmp_path / new.path).parent / "notes.txt"
    foreign.write_text("mine")
    assert await pictures.remove_expired(NOW) == 1
    assert not (tmp_path / old.path).exists()
    assert (tmp_path / new.path).exists()
    assert foreign.exists()
    assert await pictures.remove_expired(NOW) == 0
