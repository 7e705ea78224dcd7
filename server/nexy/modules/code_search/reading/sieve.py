"""Sorts the paths of a tree: what may be indexed is kept, what may not is counted by its reason."""

import os
import re
import stat
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from nexy.config.code_search_section import CodeReadingConfig
from nexy.modules.code_search.reading.model import Listed, SkipReason
from nexy.modules.code_search.reading.naming import VENDORED, is_data, reason_of_name

_HIDDEN = re.compile(r"[\x00-\x1f\x7f]")


class Sieve:
    """Takes one path after the other; a folder counts once, however much lies in it."""

    def __init__(self, root: Path, config: CodeReadingConfig) -> None:
        self._root = root
        self._config = config
        self._kept: dict[str, int] = {}
        self._skipped: Counter[str] = Counter()
        self._left_out: set[str] = set()
        # Whether each folder is a real one on the way from the root, not a link to elsewhere.
        self._real: dict[str, bool] = {"": True}

    def skip(self, reason: SkipReason, count: int = 1) -> None:
        """Count what is left out."""
        self._skipped[reason.value] += count

    def skip_folder(self, folder: str, reason: SkipReason) -> None:
        """Leave out everything below a folder, counted once."""
        if folder not in self._left_out:
            self._left_out.add(folder)
            self.skip(reason)

    def add(self, path: str) -> None:
        """Look at one file; what is gone meanwhile is not even counted."""
        if path in self._kept or path in self._left_out or self.leaves_out(path):
            return
        try:
            found = os.lstat(self._root / path)
        except FileNotFoundError:
            return
        except (OSError, ValueError):
            self.skip(SkipReason.UNREADABLE)
            return
        reason = self._reason(path, found)
        match reason:
            case None:
                self._kept[path] = found.st_size
            case SkipReason.SYMLINK | SkipReason.REPOSITORY:
                self.skip_folder(path, reason)
            case _:
                self.skip(reason)

    def leaves_out(self, path: str) -> bool:
        """Whether one of the folders on the way to it is not looked into."""
        parts = path.split("/")
        if parts[0] == "" or ".." in parts:
            return True
        folder = ""
        for part in parts[:-1]:
            folder = f"{folder}/{part}" if folder else part
            if folder in self._left_out:
                return True
            if part in VENDORED:
                self.skip_folder(folder, SkipReason.VENDORED)
                return True
            if not self._is_real(folder):
                self.skip_folder(folder, SkipReason.SYMLINK)
                return True
        return False

    def _is_real(self, folder: str) -> bool:
        if folder not in self._real:
            self._real[folder] = not os.path.islink(self._root / folder)
        return self._real[folder]

    def _reason(self, path: str, found: os.stat_result) -> SkipReason | None:
        if stat.S_ISLNK(found.st_mode):
            return SkipReason.SYMLINK
        if stat.S_ISDIR(found.st_mode):
            return SkipReason.REPOSITORY
        if not stat.S_ISREG(found.st_mode):
            return SkipReason.SPECIAL
        return self._reason_of_path(path) or reason_of_name(path) or self._reason_of_size(path, found.st_size)

    def _reason_of_path(self, path: str) -> SkipReason | None:
        try:
            length = len(path.encode())
        except UnicodeEncodeError:
            return SkipReason.BAD_NAME
        return SkipReason.BAD_NAME if _HIDDEN.search(path) or length > self._config.max_path_bytes else None

    def _reason_of_size(self, path: str, size: int) -> SkipReason | None:
        if size == 0:
            return SkipReason.EMPTY
        if size > self._config.max_file_bytes:
            return SkipReason.TOO_LARGE
        return SkipReason.DATA if size > self._config.max_data_bytes and is_data(path) else None

    def files(self) -> Sequence[Listed]:
        """What is kept, by path, as far as `max_files` reaches; the rest is counted as too many."""
        paths = sorted(self._kept)
        beyond = len(paths) - self._config.max_files
        if beyond > 0:
            self._skipped[SkipReason.TOO_MANY.value] = beyond
        return [Listed(path=path, size=self._kept[path]) for path in paths[: self._config.max_files]]

    def skipped(self) -> Mapping[str, int]:
        """How many were left out, by `SkipReason`, the most first; call it after `files`."""
        return dict(self._skipped.most_common())
