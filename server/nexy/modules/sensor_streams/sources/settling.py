"""Which files of a growing folder are complete: those that have stopped changing."""

from dataclasses import dataclass
from pathlib import Path

from nexy.modules.sensor_streams.sources.clip_opening import recorded_files
from nexy.modules.sensor_streams.sources.das_library import NotReadable

_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    size: int
    changed_ns: int
    since_ns: int


class Settling:
    """Remembers how each file looked; nothing is asked of a file before it has rested."""

    def __init__(self, folder: Path, settle_seconds: float) -> None:
        self._folder = folder
        self._settle_ns = round(settle_seconds * _NANOSECONDS)
        self._looks: dict[Path, _Look] = {}
        self._taken: set[Path] = set()

    def settled(self, now_ns: int) -> list[Path]:
        """The files not yet taken that have rested, by name, up to the first that has not: order is kept.

        Raises `NotReadable` where the folder itself is gone.
        """
        try:
            files = recorded_files(self._folder)
        except OSError as gone:
            raise NotReadable(f"the folder {self._folder.name} is no longer readable") from gone
        self._taken.intersection_update(files)
        self._looks = {path: look for path, look in self._looks.items() if path in files}
        rested: list[Path] = []
        for path in files:
            if path in self._taken:
                continue
            if self.rested_ns(path, now_ns) < self._settle_ns:
                break
            rested.append(path)
        return rested

    def why_nothing(self, now_ns: int) -> str:
        """What to tell of a folder of which no file has rested."""
        files = [path for path in recorded_files(self._folder) if self.rested_ns(path, now_ns) >= 0]
        if not files:
            return "holds no complete recording yet; it is served as soon as the recorder has finished one"
        return (
            f"holds no complete recording yet: {files[0].name} has changed within the last "
            f"{self._settle_ns / _NANOSECONDS:g} s (?settle=SECONDS waits less)"
        )

    def take(self, path: Path) -> None:
        """It is used, or left out for good: do not offer it again."""
        self._taken.add(path)
        self._looks.pop(path, None)

    def rested_ns(self, path: Path, now_ns: int) -> int:
        """How long a file has not changed, as far as is known; -1 where it has vanished or is empty."""
        try:
            stat = path.stat()
        except OSError:
            self._looks.pop(path, None)
            return -1
        before = self._looks.get(path)
        if before is None or (before.size, before.changed_ns) != (stat.st_size, stat.st_mtime_ns):
            # Its own time of change counts too, so that a folder that is already full is ready at once.
            before = _Look(size=stat.st_size, changed_ns=stat.st_mtime_ns, since_ns=min(now_ns, stat.st_mtime_ns))
            self._looks[path] = before
        return now_ns - before.since_ns if stat.st_size else -1
