"""What `.gitignore` files leave out, for trees that git is not asked about."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nexy.modules.code_search.reading.extra import pathspec
from nexy.modules.code_search.reading.plain_files import open_plain

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_FILE = ".gitignore"
_MOST_BYTES = 1024 * 1024


class IgnoreRules:
    """The rules of one tree, read as far as they are asked for; those of the work tree around it count as well.

    Not where they leave out the whole tree, though: whoever named it means it.
    """

    def __init__(self, root: Path) -> None:
        self._chains: dict[str, Sequence[tuple[int, GitIgnoreSpec]]] = {}
        self._top, self._prefix = _top_of(root), ""
        self._exclude = _read(self._top / ".git" / "info" / "exclude")
        if self._top == root:
            return
        inside = root.relative_to(self._top).as_posix()
        if self.ignored_with_folders(inside + "/"):
            self._top, self._exclude = root, None
            self._chains.clear()
        else:
            self._prefix = inside + "/"

    def ignored(self, path: str, *, folder: bool) -> bool:
        """Whether `path` (below the root, with slashes) is left out; its folder is taken as one that is not."""
        full = self._prefix + path
        # The rules beside a file come before those of the folders above, and the last rule that fits decides.
        for start, spec in self._chain(full.rpartition("/")[0]):
            verdict = _verdict(spec, full[start:], folder=folder)
            if verdict is not None:
                return verdict
        return bool(_verdict(self._exclude, full, folder=folder))

    def ignored_with_folders(self, path: str) -> bool:
        """The same for a path whose folders nobody has asked about yet; a folder has a slash behind it."""
        *folders, name = path.split("/")
        above = ("/".join(folders[:end]) for end in range(1, len(folders) + 1))
        return any(self.ignored(folder, folder=True) for folder in above) or (
            bool(name) and self.ignored(path, folder=False)
        )

    def _chain(self, folder: str) -> "Sequence[tuple[int, GitIgnoreSpec]]":
        """The rules that hold in a folder, its own first, each with where paths begin for it."""
        if folder not in self._chains:
            above = self._chain(folder.rpartition("/")[0]) if folder else ()
            own = _read(self._top / folder / _FILE)
            self._chains[folder] = above if own is None else ((len(folder) + bool(folder), own), *above)
        return self._chains[folder]


def _verdict(spec: "GitIgnoreSpec | None", path: str, *, folder: bool) -> bool | None:
    return None if spec is None else spec.check_file(path + "/" if folder else path).include


def _top_of(root: Path) -> Path:
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            return folder
    return root


def _read(file: Path) -> "GitIgnoreSpec | None":
    try:
        # Git does not follow a link here either.
        with open_plain(file) as opened:
            text = opened.read(_MOST_BYTES).decode("utf-8-sig", "surrogateescape")
    except OSError:
        return None
    return _compiled([line.rstrip("\r") for line in text.split("\n")])


def _compiled(lines: Sequence[str]) -> "GitIgnoreSpec":
    made: type[GitIgnoreSpec] = pathspec().GitIgnoreSpec
    try:
        return made.from_lines(lines)
    except ValueError:
        return made.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    """Git takes no notice of a line that is no pattern; the library refuses the whole file."""
    try:
        pathspec().GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
