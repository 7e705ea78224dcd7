"""Lists a tree without git, by the same rules."""

import os
from collections.abc import Iterator
from pathlib import Path

from nexy.modules.code_search.reading.ignoring import IgnoreRules
from nexy.modules.code_search.reading.model import SkipReason
from nexy.modules.code_search.reading.naming import GIT, MARKERS, VENDORED
from nexy.modules.code_search.reading.sieve import Sieve


def visited(root: Path, rules: IgnoreRules, sieve: Sieve) -> Iterator[str]:
    """Put every file below `root` through the sieve, folder by folder; links are not followed, so no loop is endless.

    Gives the folders that were looked into, the root as "". Raises `OSError` where the root itself cannot be read;
    what cannot below it is counted.
    """
    # A list rather than recursion: a tree may be deeper than the interpreter's stack.
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            entries = _entries(root, folder)
        except OSError:
            if not folder:
                raise
            sieve.skip(SkipReason.UNREADABLE)
            continue
        if folder and (reason := _whole(entries)):
            sieve.skip_folder(folder, reason)
            continue
        waiting.extend(_sorted_out(folder, entries, rules, sieve))
        yield folder


def _entries(root: Path, folder: str) -> dict[str, bool]:
    """Names in a folder, and whether each is a folder itself (a link to one is none)."""
    with os.scandir(root / folder) as found:
        return {entry.name: entry.is_dir(follow_symlinks=False) for entry in found}


def _whole(entries: dict[str, bool]) -> SkipReason | None:
    if GIT in entries:
        return SkipReason.REPOSITORY
    return None if MARKERS.isdisjoint(entries) else SkipReason.VENDORED


def _sorted_out(folder: str, entries: dict[str, bool], rules: IgnoreRules, sieve: Sieve) -> Iterator[str]:
    for name, is_folder in entries.items():
        path = f"{folder}/{name}" if folder else name
        if name == GIT:
            continue
        if rules.ignored(path, folder=is_folder):
            sieve.skip(SkipReason.IGNORED)
        elif not is_folder:
            sieve.add(path)
        elif name in VENDORED:
            sieve.skip_folder(path, SkipReason.VENDORED)
        else:
            yield path
