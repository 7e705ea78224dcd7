"""Which files of a tree may be indexed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nexy.config.code_search_section import CodeReadingConfig
from nexy.contracts.errors import ValidationFailed
from nexy.modules.code_search.reading.listing import list_files, walked
from nexy.modules.code_search.reading.model import Listing
from support.source_tree import commit, git, plant

CONFIG = CodeReadingConfig()
DEEP = 1200
TREE = {
    "shop/cart.py": "def total(): ...\n",
    "shop/deep/er/x.go": "package x\n",
    "README.md": "# Shop\n",
    "имя с пробелом.py": "x = 1\n",
    ".gitignore": "*.log\nbuild/\n",
    "a.log": "x",
    "build/out.py": "x",
    "shop/.gitignore": "/local.py\n!a.log\n",
    "shop/local.py": "x",
    "shop/a.log": "kept\n",
    "node_modules/left/pad.js": "x",
    "lib/vendor/x.c": "x",
    "env/pyvenv.cfg": "home = /usr\n",
    "env/lib/site.py": "x",
    "empty.py": "",
    "yarn.lock": "x",
    ".env": "SECRET=1\n",
    "logo.png": b"\x89PNG",
    "big.py": "x = 1\n" * 400_000,
    "rows.csv": "1,2\n" * 40_000,
}


def listed(listing: Listing) -> list[str]:
    return [file.path for file in listing.files]


def make_tree(root: Path) -> Path:
    plant(root, TREE)
    (root / "link.py").symlink_to("shop/cart.py")
    (root / "loop").symlink_to(root)
    (root / "away").symlink_to("/etc")
    os.mkfifo(root / "pipe.py")
    return root


def test_a_plain_folder(tmp_path: Path) -> None:
    """Code and prose by path, sizes as they are; the rest is counted by its reason, a folder once."""
    listing = walked(make_tree(tmp_path), CONFIG)
    assert listed(listing) == [
        ".gitignore", "README.md", "shop/.gitignore", "shop/a.log", "shop/cart.py", "shop/deep/er/x.go",
        "имя с пробелом.py",
    ]  # fmt: skip
    assert dict(listing.skipped) == {
        "ignored": 3, "vendored": 3, "symlink": 3, "special": 1, "empty": 1, "lock_file": 1, "secret_file": 1,
        "not_code": 1, "too_large": 1, "data": 1,
    }  # fmt: skip
    assert (listing.branch, listing.head, listing.files[1].size) == ("", "", 7)


@pytest.mark.slow
def test_git_and_the_walk_list_the_same(tmp_path: Path) -> None:
    """The same files, the same counts, tracked or not; git adds branch and commit."""
    root = make_tree(tmp_path)
    (root / "pipe.py").unlink()
    commit(plant(root / "other", {"a.py": "x"}))
    plain = walked(root, CONFIG)
    git(root, "init", "--quiet")
    untracked = list_files(root, CONFIG)
    git(root, "add", "shop", "README.md", ".gitignore")
    git(root, "commit", "--quiet", "-m", "one")
    tracked = list_files(root, CONFIG)
    assert (untracked.files, untracked.branch, untracked.head) == (plain.files, "main", "")
    assert dict(untracked.skipped) == dict(tracked.skipped) == dict(plain.skipped)
    assert tracked.files == plain.files
    assert (tracked.branch, tracked.head) == ("main", git(root, "rev-parse", "HEAD"))
    assert plain.skipped["repository"] == 1


@pytest.mark.slow
def test_a_folder_within_a_repository(tmp_path: Path) -> None:
    """Only what lies below it, by paths from there, under the rules of the whole."""
    plant(tmp_path, {".gitignore": "*.gen\n", "a/x.py": "x", "a/b.gen": "x", "c.py": "x"})
    commit(tmp_path)
    assert listed(list_files(tmp_path / "a", CONFIG)) == ["x.py"] == listed(walked(tmp_path / "a", CONFIG))


@pytest.mark.slow
def test_an_ignored_folder_that_was_named(tmp_path: Path) -> None:
    """Whoever names it means it."""
    commit(plant(tmp_path, {".gitignore": "/out/\n", "out/x.py": "x", "out/.gitignore": "*.tmp\n", "out/y.tmp": "x"}))
    assert listed(list_files(tmp_path / "out", CONFIG)) == [".gitignore", "x.py"]


@pytest.mark.slow
def test_deleted_and_detached(tmp_path: Path) -> None:
    """A tracked file that is gone is not listed; without a branch the commit stands for it."""
    head = commit(plant(tmp_path, {"a.py": "x", "b.py": "x"}))
    git(tmp_path, "checkout", "--quiet", "--detach")
    (tmp_path / "a.py").unlink()
    listing = list_files(tmp_path, CONFIG)
    assert (listed(listing), listing.branch, listing.head) == (["b.py"], head[:12], head)


@pytest.mark.slow
def test_a_tracked_folder_that_became_a_link(tmp_path: Path) -> None:
    """Git still names its files; they lie elsewhere now, and are not read."""
    outside = plant(tmp_path / "outside", {"passwords.py": "x"})
    root = plant(tmp_path / "root", {"lib/passwords.py": "y", "a.py": "x"})
    commit(root)
    (root / "lib" / "passwords.py").unlink()
    (root / "lib").rmdir()
    (root / "lib").symlink_to(outside)
    listing = list_files(root, CONFIG)
    assert (listed(listing), listing.skipped["symlink"]) == (["a.py"], 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "setting",
    [
        "core.fsmonitor={mark}", "core.hooksPath={hooks}", "core.worktree=/etc", "core.pager={mark}",
        "alias.ls-files=!{mark}",
    ],
)  # fmt: skip
def test_a_hostile_repository_runs_nothing(tmp_path: Path, setting: str) -> None:
    """Programs that its configuration names are not started, and no other place is listed."""
    made = tmp_path / "made"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {made}\n")
    program.chmod(0o755)
    root = plant(tmp_path / "root", {"a.py": "x"})
    commit(root)
    key, value = setting.format(mark=program, hooks=tmp_path).split("=", 1)
    git(root, "config", key, value)
    assert listed(list_files(root, CONFIG)) == ["a.py"]
    assert not made.exists()


def test_another_repository_within(tmp_path: Path) -> None:
    """It is a project of its own."""
    plant(tmp_path, {"a.py": "x", "sub/.git": "gitdir: elsewhere\n", "sub/b.py": "x"})
    listing = walked(tmp_path, CONFIG)
    assert (listed(listing), dict(listing.skipped)) == (["a.py"], {"repository": 1})


def test_more_files_than_are_wanted(tmp_path: Path) -> None:
    """The first by path, and how many are beyond."""
    listing = walked(plant(tmp_path, {f"{number}.py": "x" for number in range(9)}), CodeReadingConfig(max_files=7))
    assert (listed(listing)[-1], dict(listing.skipped)) == ("6.py", {"too_many": 2})


def test_names_that_cannot_be_kept(tmp_path: Path) -> None:
    """No UTF-8, control signs, or longer than a key of the database."""
    plant(tmp_path, {"a\nb.py": "x", "\x1b[2J.py": "x", "ok.py": "x"})
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("x")
    listing = walked(tmp_path, CodeReadingConfig(max_path_bytes=64))
    assert (listed(listing), dict(listing.skipped)) == (["ok.py"], {"bad_name": 3})
    plant(tmp_path, {"d" * 70 + "/x.py": "x"})
    assert walked(tmp_path, CodeReadingConfig(max_path_bytes=64)).skipped["bad_name"] == 4


@pytest.fixture
def deep_tree(tmp_path: Path) -> Iterator[Path]:
    """Folders in folders, more than the interpreter's stack holds; gone again before anybody else walks there."""
    here = os.getcwd()
    os.chdir(tmp_path)
    for _ in range(DEEP):
        os.mkdir("d")
        os.chdir("d")
    Path("x.py").write_text("x")
    os.chdir(here)
    yield plant(tmp_path, {"y.py": "y"})
    os.chdir(tmp_path)
    for _ in range(DEEP):
        os.chdir("d")
    os.unlink("x.py")
    for _ in range(DEEP):
        os.chdir("..")
        os.rmdir("d")
    os.chdir(here)


def test_a_very_deep_tree(deep_tree: Path) -> None:
    """What can be reached and kept is listed, and nothing breaks on the rest."""
    listing = walked(deep_tree, CONFIG)
    assert (listed(listing), dict(listing.skipped)) == (["y.py"], {"bad_name": 1})


def test_a_root_that_is_none(tmp_path: Path) -> None:
    """It says which, and that it is the source that is wrong."""
    with pytest.raises(ValidationFailed, match=r"gone.*cannot be read") as refused:
        list_files(tmp_path / "gone", CONFIG)
    assert refused.value.field == "source"
