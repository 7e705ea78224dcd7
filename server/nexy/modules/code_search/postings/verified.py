"""Which mapped files were read and summed whole already: the same file needs it no second time."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from nexy.modules.code_search.postings.building import FILE_NAME
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.postings.mapped import MappedIndex

Stamp = tuple[int, int, int]
# Some hundred bytes each; a file that is forgotten is only read once more.
_MOST_FILES = 10_000


def stamp_of(path: Path) -> Stamp:
    """Another one for every file that takes the place, and for one that is written over.

    Raises `IndexDamaged` where there is none.
    """
    try:
        about = path.stat()
    except OSError as problem:
        raise IndexDamaged("the file is missing or cannot be read") from problem
    return about.st_ino, about.st_mtime_ns, about.st_size


class VerifiedFiles:
    """For any number of threads; those that were asked longest ago are forgotten first."""

    def __init__(self, most: int = _MOST_FILES) -> None:
        self._most = most
        self._stamps: OrderedDict[Path, Stamp] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._stamps)

    def has(self, path: Path, stamp: Stamp) -> bool:
        """Whether the file was sound when it had this stamp."""
        with self._lock:
            if self._stamps.get(path) != stamp:
                return False
            self._stamps.move_to_end(path)
            return True

    def add(self, path: Path, stamp: Stamp) -> None:
        """The file was read whole and is sound; the stamp is from before that."""
        with self._lock:
            self._stamps[path] = stamp
            self._stamps.move_to_end(path)
            while len(self._stamps) > self._most:
                self._stamps.popitem(last=False)


class IndexOpener:
    """`MappedIndex.open` that reads each file whole only once."""

    def __init__(self) -> None:
        self._verified = VerifiedFiles()

    def __call__(self, folder: Path) -> MappedIndex:
        """The index in a folder; raises `IndexDamaged`. For threads."""
        path = folder / FILE_NAME
        stamp = stamp_of(path)
        index = MappedIndex.open(folder, verify=not self._verified.has(path, stamp))
        self._verified.add(path, stamp)
        return index
