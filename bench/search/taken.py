"""Which files of a package are searched; their digest proves that everybody measures the same ones."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from bench.search.fetching import NotFetched, cache, fetched
from bench.search.packages import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One file as its authors wrote it; `path` is relative to the package's root, with slashes."""

    path: str
    text: str


def taken(package: Package) -> Sequence[Taken]:
    """The sources in the order of their paths; raises `NotFetched` also where they are not the known ones."""
    files = _read(package, fetched(package, cache()))
    found = digest(files)
    if found != package.digest:
        raise NotFetched(f"{package.name} {package.version} has other files than before: digest {found}")
    return files


def digest(files: Iterable[Taken]) -> str:
    """Of paths and texts."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.path}\0{file.text}\0".encode())
    return whole.hexdigest()


def _read(package: Package, root: Path) -> Sequence[Taken]:
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob(f"*{package.suffix}") if path.is_file())
    wanted = (path for path in paths if not any(fnmatchcase(path, glob) for glob in package.leave_out))
    return [Taken(path=path, text=(root / path).read_bytes().decode("utf-8", "replace")) for path in wanted]
