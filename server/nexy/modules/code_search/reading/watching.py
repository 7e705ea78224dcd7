"""Says when a tree has changed."""

import asyncio
import os
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from pathlib import Path

from nexy.config.code_search_section import CodeReadingConfig
from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.reading.extra import watchfiles
from nexy.modules.code_search.reading.ignoring import IgnoreRules
from nexy.modules.code_search.reading.naming import GIT, VENDORED
from nexy.modules.code_search.reading.sieve import Sieve
from nexy.modules.code_search.reading.walking import visited

_MILLISECONDS = 1000
# A tree that never rests is looked at all the same, after so many times the quiet that is waited for.
_LONGEST_BURST = 10
# How often folders may come and go while they are put under watch.
_ATTEMPTS = 10
_POINTER = "gitdir: "
_Bursts = AsyncGenerator[set[tuple[int, str]], None]


async def watch_changes(root: Path, config: CodeReadingConfig) -> AsyncGenerator[None, None]:
    """One item as soon as it watches, then one for each burst of changes, once it has been quiet for `settle_seconds`.

    What is ignored or vendored, and git's own objects, say nothing; another branch being checked out does.
    Raises `Unavailable` (`watch_impossible`, `code_extra_missing`).
    """
    attempts, owed = 0, True
    while attempts < _ATTEMPTS:
        attempts += 1
        places = await asyncio.to_thread(_places, root, config)
        async with aclosing(_bursts(places, config)) as bursts:
            async for burst in bursts:
                owed = owed or counts(root, [path for _, path in burst])
                # A new folder is put under watch before its files are told about, so none is missed.
                if (burst or owed) and await asyncio.to_thread(_places, root, config) != places:
                    break
                attempts = 0
                if owed:
                    owed = False
                    yield
    raise _impossible()


async def _bursts(places: Collection[Path], config: CodeReadingConfig) -> _Bursts:
    """Changes in these folders alone; an empty one now and then says that it still watches.

    The library's own way down a tree follows links, and a link may lead anywhere.
    """
    settle = max(int(config.settle_seconds * _MILLISECONDS), 1)
    changes: _Bursts = watchfiles().awatch(
        *places, recursive=False, watch_filter=None, step=settle, debounce=settle * _LONGEST_BURST,
        rust_timeout=settle, yield_on_timeout=True, ignore_permission_denied=True,
    )  # fmt: skip
    try:
        async with aclosing(changes):
            async for burst in changes:
                yield burst
    except FileNotFoundError:
        return
    except (OSError, RuntimeError) as problem:
        raise _impossible() from problem


def _impossible() -> Unavailable:
    return Unavailable(
        "the system cannot watch this folder; more watches may be needed (sysctl fs.inotify.max_user_watches)",
        code="watch_impossible",
    )


def _places(root: Path, config: CodeReadingConfig) -> frozenset[Path]:
    """The folders that are looked into, and git's own for its HEAD."""
    try:
        folders = {root / folder for folder in visited(root, IgnoreRules(root), Sieve(root, config))}
    except OSError as problem:
        raise _impossible() from problem
    git = git_folder(root)
    return frozenset(folders if git is None else {*folders, git})


def counts(root: Path, changed: Collection[str]) -> bool:
    """Whether one of the changed paths can change the index; the rules are read anew, they may be what changed."""
    rules, git = IgnoreRules(root), git_folder(root)
    return any(_counts(root, git, Path(os.path.normpath(path)), rules) for path in changed)


def _counts(root: Path, git: Path | None, path: Path, rules: IgnoreRules) -> bool:
    if git is not None and path.is_relative_to(git):
        return path == git / "HEAD"
    if path == root or not path.is_relative_to(root):
        return False
    relative = path.relative_to(root)
    if GIT in relative.parts or not VENDORED.isdisjoint(relative.parts):
        return False
    slash = "/" if path.is_dir() and not path.is_symlink() else ""
    return not rules.ignored_with_folders(relative.as_posix() + slash)


def git_folder(root: Path) -> Path | None:
    """Where HEAD of the work tree around `root` lies: `.git`, or the folder that a file of this name points to."""
    own = next((place / GIT for place in (root, *root.parents) if (place / GIT).exists()), None)
    if own is None or own.is_dir():
        return own
    try:
        pointer = own.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    if not pointer.startswith(_POINTER):
        return None
    folder = (own.parent / pointer.removeprefix(_POINTER).strip()).resolve()
    return folder if (folder / "HEAD").is_file() else None
