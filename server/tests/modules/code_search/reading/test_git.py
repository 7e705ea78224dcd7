"""Asks git about a work tree."""

from pathlib import Path

import pytest

from nexy.modules.code_search.reading.git import WorkTree, environment
from support.source_tree import commit, git, plant

pytestmark = pytest.mark.slow
SECONDS = 20.0


def test_what_a_work_tree_holds(tmp_path: Path) -> None:
    """Tracked and new files below the folder, what is ignored apart; any sign may stand in a name."""
    plant(tmp_path, {".gitignore": "*.log\nout/\n", "a/ä b\n.py": "x", "a/new.py": "x", "a/x.log": "x", "a/out/y": "x"})
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "a/ä b\n.py")
    tree = WorkTree(tmp_path / "a", SECONDS)
    assert tree.holds_root()
    assert sorted(tree.files() or ()) == ["new.py", "ä b\n.py"]
    assert sorted(tree.ignored() or ()) == ["out/", "x.log"]


def test_branch_and_commit(tmp_path: Path) -> None:
    """Of a repository before its first commit, on a branch, and on none."""
    git(tmp_path, "init", "--quiet")
    tree = WorkTree(tmp_path, SECONDS)
    assert (tree.branch(), tree.head()) == ("main", "")
    head = commit(tmp_path)
    assert (tree.branch(), tree.head()) == ("main", head)
    git(tmp_path, "checkout", "--quiet", "--detach")
    assert (tree.branch(), tree.head()) == ("", head)


def test_a_folder_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No work tree, no git, and git that does not answer are all the same: somebody else has to list it."""
    assert not WorkTree(tmp_path, SECONDS).holds_root()
    assert WorkTree(tmp_path, SECONDS).files() is None
    slow = plant(tmp_path / "bin", {"git": "#!/bin/sh\nexec sleep 60\n"})
    (slow / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow}:/usr/bin:/bin")
    assert not WorkTree(tmp_path, 0.1).holds_root()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not WorkTree(tmp_path, SECONDS).holds_root()


def test_another_place_is_not_taken_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the configuration of the tree nor by what a hook leaves in the environment."""
    other = plant(tmp_path / "other", {"secret.py": "x"})
    commit(other)
    root = plant(tmp_path / "root", {"a.py": "x"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    assert not WorkTree(root, SECONDS).holds_root()
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_WORK_TREE")
    commit(root)
    git(root, "config", "core.worktree", str(other))
    assert not WorkTree(root, SECONDS).holds_root()


def test_the_environment_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No prompt, no system-wide configuration, only these protocols; a key of ours for ssh stays usable."""
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.fsmonitor=evil'")
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -i key")
    made = environment("https:ssh")
    assert (made["GIT_TERMINAL_PROMPT"], made["GIT_CONFIG_NOSYSTEM"], made["GIT_ALLOW_PROTOCOL"]) == (
        "0", "1", "https:ssh",
    )  # fmt: skip
    assert "GIT_CONFIG_PARAMETERS" not in made
    assert made["GIT_SSH_COMMAND"] == "ssh -i key"


def test_a_branch_that_is_no_utf8(tmp_path: Path) -> None:
    """Its name is told in letters that can be stored and shown."""
    commit(tmp_path)
    (tmp_path / ".git/HEAD").write_bytes(b"ref: refs/heads/m\xff\n")
    assert WorkTree(tmp_path, SECONDS).branch() == "m\\xff"
