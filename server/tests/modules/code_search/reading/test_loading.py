"""A listed file becomes text."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nexy.config.code_search_section import CodeReadingConfig
from nexy.modules.code_search.model import SourceFile
from nexy.modules.code_search.reading import loading
from nexy.modules.code_search.reading.loading import decode, load_file
from nexy.modules.code_search.reading.model import Listed, Loaded, Skipped, SkipReason
from support.source_tree import plant

CONFIG = CodeReadingConfig(max_file_bytes=4096, max_line_characters=200)


def read(root: Path, path: str) -> SourceFile | Skipped:
    loaded = load_file(root, Listed(path=path, size=1), CONFIG)
    return decode(loaded, CONFIG) if isinstance(loaded, Loaded) else loaded


def read_text(root: Path, path: str) -> SourceFile:
    found = read(root, path)
    assert isinstance(found, SourceFile)
    return found


def test_a_file_as_it_is(tmp_path: Path) -> None:
    """Its text, language and flags; the digest is that of language and bytes, whatever the path."""
    plant(tmp_path, {"a/x.py": "x = 1\r\n", "tests/y.py": "x = 1\r\n", "z.ts": "x = 1\r\n"})
    first, second, third = (read_text(tmp_path, path) for path in ("a/x.py", "tests/y.py", "z.ts"))
    assert (first.text, first.language, first.is_test, first.masked) == ("x = 1\n", "python", False, 0)
    assert second.is_test
    assert len(first.digest) == 16
    assert first.digest == second.digest != third.digest


def test_secrets_are_out_and_the_digest_is_that_of_the_disk(tmp_path: Path) -> None:
    """Two files that differ in the secret alone give the same text, and are known apart."""
    plant(tmp_path, {"a.py": 'password = "hunter2"\n', "b.py": 'password = "hunter3"\n'})
    first, second = read_text(tmp_path, "a.py"), read_text(tmp_path, "b.py")
    assert first.text == second.text == 'password = "***"\n'
    assert (first.masked, first.digest == second.digest) == (1, False)


def test_the_first_line_names_the_language(tmp_path: Path) -> None:
    """Of a script without an ending."""
    assert read_text(plant(tmp_path, {"run": "#!/usr/bin/env python3\nx = 1\n"}), "run").language == "python"


def test_an_encoding_that_is_not_utf_8_is_said(tmp_path: Path) -> None:
    """So that a report can count it."""
    found = read_text(plant(tmp_path, {"a.py": "# Вход в систему\n".encode("cp1251")}), "a.py")
    assert (found.text, found.encoding) == ("# Вход в систему\n", "cp1251")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a\x00b", SkipReason.BINARY),
        (b"x" * 5000, SkipReason.TOO_LARGE),
        (b"", SkipReason.EMPTY),
        (b" \n\t\n", SkipReason.EMPTY),
        (b"x=1;" * 900, SkipReason.MINIFIED),
    ],
)
def test_what_is_not_read(tmp_path: Path, content: bytes, reason: SkipReason) -> None:
    """Whatever the listing thought of its size."""
    assert read(plant(tmp_path, {"a.js": content}), "a.js") == Skipped(path="a.js", reason=reason)


def test_one_endless_line_is_cut(tmp_path: Path) -> None:
    """A picture in a source is no reason to leave the rest out; lines keep their numbers."""
    code = "def f():\n    return 1\n" * 40
    found = read_text(plant(tmp_path, {"a.py": f'PICTURE = "{"iVBOR" * 60}"\n{code}'}), "a.py")
    lines = found.text.split("\n")
    assert (len(lines[0]), lines[0][-1], lines[1]) == (202, "…", "def f():")


def test_links_and_pipes_are_not_opened(tmp_path: Path) -> None:
    """What was a file when it was listed may be something else by now; nothing waits for it."""
    plant(tmp_path, {"outside/a.py": "secret", "root/b.py": "x"})
    root = tmp_path / "root"
    (root / "link.py").symlink_to(tmp_path / "outside" / "a.py")
    (root / "folder").symlink_to(tmp_path / "outside")
    os.mkfifo(root / "pipe.py")
    reasons = {path: read(root, path) for path in ("link.py", "folder/a.py", "pipe.py")}
    assert [found.reason for found in reasons.values() if isinstance(found, Skipped)] == [
        SkipReason.SYMLINK, SkipReason.SYMLINK, SkipReason.SPECIAL,
    ]  # fmt: skip


def test_gone_and_replaced(tmp_path: Path) -> None:
    """A file that is gone is changing; a folder in its place is no file."""
    (tmp_path / "folder.py").mkdir()
    assert read(tmp_path, "gone.py") == Skipped(path="gone.py", reason=SkipReason.CHANGING)
    assert read(tmp_path, "folder.py") == Skipped(path="folder.py", reason=SkipReason.SPECIAL)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted as that, and the run goes on."""

    def refused(file: Path) -> None:
        raise PermissionError(13, "refused", str(file))

    monkeypatch.setattr(loading, "open_plain", refused)
    plant(tmp_path, {"a.py": "x"})
    assert read(tmp_path, "a.py") == Skipped(path="a.py", reason=SkipReason.UNREADABLE)


def changing(times: int, file: Path) -> Callable[[int], os.stat_result]:
    """`os.fstat` of a file that is written to before it is looked at, so many times."""
    real, left = os.fstat, [times]

    def fstat(descriptor: int) -> os.stat_result:
        if left[0]:
            left[0] -= 1
            with file.open("a") as opened:
                opened.write("# more\n")
            os.utime(file, ns=(left[0] * 10**9, left[0] * 10**9))
        return real(descriptor)

    return fstat


@pytest.mark.parametrize(("times", "kept"), [(1, True), (2, True), (9, False)])
def test_a_file_that_is_written_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, kept: bool
) -> None:
    """It is read once more; one that never rests is left for the next run."""
    plant(tmp_path, {"a.py": "x = 1\n"})
    monkeypatch.setattr(loading.os, "fstat", changing(times, tmp_path / "a.py"))
    found = load_file(tmp_path, Listed(path="a.py", size=6), CONFIG)
    if kept:
        assert isinstance(found, Loaded)
        assert found.data == (tmp_path / "a.py").read_bytes()
    else:
        assert found == Skipped(path="a.py", reason=SkipReason.CHANGING)


def test_a_known_digest_needs_no_text(tmp_path: Path) -> None:
    """The two halves are the whole."""
    plant(tmp_path, {"a.py": "x = 1\n"})
    loaded = load_file(tmp_path, Listed(path="a.py", size=6), CONFIG)
    assert isinstance(loaded, Loaded)
    assert decode(loaded, CONFIG) == read(tmp_path, "a.py")
