"""The vector files that are mapped at the moment."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from nexy.modules.code_search.postings.verified import Stamp, VerifiedFiles, stamp_of
from nexy.modules.code_search.vectors.matrix import VectorMatrix, matrix_path


class OpenMatrices:
    """Keeps at most `most` mapped, the least recently asked goes first; one that was replaced is opened anew.

    One that is opened again is not read whole again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: OrderedDict[Path, tuple[Stamp, VectorMatrix]] = OrderedDict()
        self._verified = VerifiedFiles()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._open)

    def of(self, folder: Path, model: str) -> VectorMatrix:
        """A model's matrix beside an index; raises `IndexDamaged`. For threads."""
        path = matrix_path(folder, model)
        stamp = stamp_of(path)
        with self._lock:
            kept = self._open.get(path)
            if kept is not None and kept[0] == stamp:
                self._open.move_to_end(path)
                return kept[1]
        matrix = VectorMatrix.open(folder, model, verify=not self._verified.has(path, stamp))
        self._verified.add(path, stamp)
        with self._lock:
            self._open[path] = (stamp, matrix)
            self._open.move_to_end(path)
            while len(self._open) > self._most:
                self._open.popitem(last=False)
        return matrix

    def close(self) -> None:
        """Let go of all."""
        with self._lock:
            self._open.clear()
