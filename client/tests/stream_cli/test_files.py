"""Report files."""

from pathlib import Path

import pytest

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.files import refuse_where_unwritable, write
from nexy_client.stream_cli.problem import CannotDo


def test_what_can_be_written_is_let_through(tmp_path: Path, english: Catalogue) -> None:
    """A new file and one that is replaced; the trial leaves nothing behind."""
    old = tmp_path / "old.html"
    old.write_text("x", encoding="utf-8")
    refuse_where_unwritable([tmp_path / "new.html", old], english)
    assert [one.name for one in tmp_path.iterdir()] == ["old.html"]
    write(old, "y", english)
    assert old.read_text(encoding="utf-8") == "y"


def test_what_cannot_be_written_is_told(tmp_path: Path, english: Catalogue) -> None:
    """A folder in its place, a folder that is missing, a place that takes no files."""
    for file, words in (
        (tmp_path, "it is a folder"),
        (tmp_path / "a" / "b.html", "does not exist"),
        (Path("/proc/r.html"), "cannot be written"),
    ):
        with pytest.raises(CannotDo, match=words):
            refuse_where_unwritable([file], english)
    with pytest.raises(CannotDo, match="cannot be written"):
        write(tmp_path, "text", english)


def test_half_a_character_does_not_lose_a_report(tmp_path: Path, english: Catalogue) -> None:
    """JSON lets a server send one; no file can hold it."""
    write(tmp_path / "r.html", "a\ud800b", english)
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == "a?b"
