"""What .gitignore files leave out."""

import os
from pathlib import Path

import pytest

from nexy.modules.code_search.reading.ignoring import IgnoreRules
from support.source_tree import plant


def test_nested_rules(tmp_path: Path) -> None:
    """The file beside comes before those above, the last line that fits decides, and a slash binds to a folder."""
    plant(tmp_path, {
        ".gitignore": "*.log\n/build/\n!keep.log\nlogs/\n# a note\n\n",
        "a/.gitignore": "!*.log\n/only\n",
        "a/b/.gitignore": "*.tmp\r\n",
    })  # fmt: skip
    rules = IgnoreRules(tmp_path)
    files = ("x.log", "keep.log", "a/x.log", "a/b/x.tmp", "x.tmp", "a/only", "a/b/only", "a/build", "# a note")
    assert [path for path in files if rules.ignored(path, folder=False)] == ["x.log", "a/b/x.tmp", "a/only"]
    folders = ("build", "a/build", "logs", "a/logs")
    assert [path for path in folders if rules.ignored(path, folder=True)] == ["build", "logs", "a/logs"]


def test_a_file_in_an_ignored_folder(tmp_path: Path) -> None:
    """Nothing brings it back, as git has it."""
    rules = IgnoreRules(plant(tmp_path, {".gitignore": "out/\n!out/keep.py\n"}))
    assert rules.ignored_with_folders("a/out/keep.py")
    assert not rules.ignored_with_folders("a/outer/keep.py")


def test_the_work_tree_around_counts_too(tmp_path: Path) -> None:
    """Its rules and its own exclude file; but not where they leave out the very folder that was named."""
    plant(tmp_path, {".git/info/exclude": "secret.py\n", ".gitignore": "*.gen\n/out/\n"})
    (tmp_path / "src").mkdir()
    (tmp_path / "out" / "deep").mkdir(parents=True)
    inside = IgnoreRules(tmp_path / "src")
    assert inside.ignored("a.gen", folder=False)
    assert inside.ignored("a/secret.py", folder=False)
    for meant in (tmp_path / "out", tmp_path / "out" / "deep"):
        assert not IgnoreRules(meant).ignored("a.gen", folder=False)


def test_lines_that_are_no_patterns(tmp_path: Path) -> None:
    """They are passed over; the others hold. Bytes that are no text harm nothing either."""
    rules = IgnoreRules(plant(tmp_path, {".gitignore": b"!\n***/\n/\n\xff\xfe\n*.log\n\x00\n"}))
    assert rules.ignored("a.log", folder=False)
    assert not rules.ignored("a.py", folder=False)


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_a_gitignore_that_is_no_file(tmp_path: Path, kind: str) -> None:
    """It rules nothing, and nothing waits for it."""
    outside = plant(tmp_path / "outside", {"rules": "*.py\n"})
    root = tmp_path / "root"
    root.mkdir()
    if kind == "link":
        (root / ".gitignore").symlink_to(outside / "rules")
    elif kind == "folder":
        (root / ".gitignore").mkdir()
    else:
        os.mkfifo(root / ".gitignore")
    assert not IgnoreRules(root).ignored("a.py", folder=False)
