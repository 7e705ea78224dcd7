"""Says when a tree has changed."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from nexy.config.code_search_section import CodeReadingConfig
from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.reading.watching import counts, git_folder, watch_changes
from support.source_tree import commit, git, plant

CONFIG = CodeReadingConfig(settle_seconds=0.05)
PATIENCE = 20.0


class Watcher:
    """Waits for items of a watch, within bounds."""

    def __init__(self, changes: AsyncGenerator[None, None]) -> None:
        self._changes = changes

    async def told(self) -> None:
        """Something changed."""
        async with asyncio.timeout(PATIENCE):
            await anext(self._changes)


@asynccontextmanager
async def watching(root: Path) -> AsyncGenerator[Watcher, None]:
    """A watch that has begun."""
    async with aclosing(watch_changes(root, CONFIG)) as changes:
        watcher = Watcher(changes)
        await watcher.told()
        yield watcher


@pytest.mark.slow
async def test_changes_of_every_kind(tmp_path: Path) -> None:
    """Written, renamed, deleted; also within a folder that is new, and in one that is made there."""
    plant(tmp_path, {"a.py": "x"})
    async with watching(tmp_path) as watcher:
        (tmp_path / "a.py").write_text("y")
        await watcher.told()
        (tmp_path / "a.py").rename(tmp_path / "b.py")
        await watcher.told()
        plant(tmp_path, {"new/er/c.py": "x"})
        await watcher.told()
        plant(tmp_path, {"new/er/c.py": "y"})
        await watcher.told()
        (tmp_path / "new" / "er" / "c.py").unlink()
        await watcher.told()


@pytest.mark.slow
async def test_what_does_not_count_says_nothing(tmp_path: Path) -> None:
    """Ignored and vendored files, places behind links: only the change after them is told, once."""
    outside = plant(tmp_path / "outside", {"x.py": "x"})
    root = plant(tmp_path / "root", {".gitignore": "*.log\nout/\n", "a.py": "x", "node_modules/a.js": "x"})
    (root / "link").symlink_to(outside)
    (root / "loop").symlink_to(root)
    async with aclosing(watch_changes(root, CONFIG)) as changes:
        await anext(changes)
        plant(root, {"a.log": "x", "out/a.py": "x", "node_modules/b.js": "x"})
        plant(outside, {"x.py": "y"})
        nothing = asyncio.ensure_future(anext(changes))
        done, _ = await asyncio.wait((nothing,), timeout=CONFIG.settle_seconds * 10)
        assert not done
        plant(root, {"a.py": "y"})
        async with asyncio.timeout(PATIENCE):
            await nothing


@pytest.mark.slow
async def test_another_branch(tmp_path: Path) -> None:
    """Checking one out is a change even where no file differs; a commit of what was seen is none."""
    commit(plant(tmp_path, {"a.py": "x"}))
    git(tmp_path, "branch", "other")
    async with watching(tmp_path) as watcher:
        git(tmp_path, "checkout", "--quiet", "other")
        await watcher.told()


def test_which_paths_count(tmp_path: Path) -> None:
    """Code and rules do; git's own files, folders of others and what lies elsewhere do not."""
    root = plant(tmp_path / "root", {".gitignore": "*.log\n", ".git/HEAD": "ref: refs/heads/main\n"})
    counting = ("a.py", "gone/b.go", ".gitignore", ".git/HEAD")
    silent = ("a.log", ".git/index", ".git/objects/ab/cd", "node_modules/x.js", "../other.py", "")
    assert [path for path in (*counting, *silent) if counts(root, [str(root / path)])] == list(counting)


def test_where_head_lies(tmp_path: Path) -> None:
    """In the root, above it, or where a linked work tree points to; nowhere for a pointer that leads nowhere."""
    root = plant(tmp_path / "root", {".git/HEAD": "x", "src/a.py": "x"})
    linked = plant(tmp_path / "linked", {".git": "gitdir: ../root/.git\n"})
    assert git_folder(root) == git_folder(root / "src") == git_folder(linked) == root / ".git"
    assert git_folder(plant(tmp_path / "lost", {".git": "gitdir: /nowhere\n"})) is None
    assert git_folder(plant(tmp_path / "odd", {".git": "nothing"})) is None


async def test_a_root_that_is_gone(tmp_path: Path) -> None:
    """It cannot be watched, and says so instead of waiting."""
    with pytest.raises(Unavailable) as refused:
        async with watching(tmp_path / "gone"):
            pass
    assert refused.value.code == "watch_impossible"


@pytest.mark.slow
async def test_it_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    """The system's watch is given back."""
    async with watching(tmp_path) as watcher:
        assert watches() == 1
        waiting = asyncio.ensure_future(watcher.told())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    # A thread of the library closes it, a moment after it was told to.
    async with asyncio.timeout(20):
        while watches():
            await asyncio.to_thread(os.sched_yield)


def watches() -> int:
    """How many watches this process has open."""
    folder = Path("/proc/self/fd")
    return sum("inotify" in os.readlink(folder / name) for name in os.listdir(folder) if os.path.lexists(folder / name))
