"""The vectors of an index's documents in one mapped file, and which of them are nearest to a question's."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.postings.asking import Documents, Singles
from nexy.modules.code_search.postings.container import Array, ArrayFile, open_arrays
from nexy.modules.code_search.postings.damage import IndexDamaged

Halves = npt.NDArray[np.float16]

_FORMAT = 1
# Up to so many rows all are compared whole; of more, those that a look at their telling part puts first.
WHOLE_ROWS = 8192
_LIKELY_ROWS, _LIKELY_SHARE = 4096, 16
_TELLING = 96
_SAMPLE_ROWS = 16_384
_BLOCK_ROWS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Documents of one index, the nearest first, and how like the question each is: a cosine, above 0."""

    documents: Documents
    likeness: Singles


def matrix_path(folder: Path, model: str) -> Path:
    """The file of one model's vectors beside a revision's index."""
    return folder / f"vectors-{blake2b(model.encode(), digest_size=8).hexdigest()}.bin"


class MatrixFile:
    """Writes a matrix row by row; a document without a vector keeps a row of zeros.

    Nobody sees it before `finish`; `close` leaves nothing half done. Raises OSError for a full disk.
    """

    def __init__(self, folder: Path, model: str, documents: int, dimensions: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = ArrayFile(matrix_path(folder, model), _FORMAT)
        try:
            self._rows = self._file.make("rows", (documents, dimensions), np.float16)
        except OSError:
            self._file.close()
            raise
        self.dimensions = dimensions

    def put(self, documents: Documents, rows: Array) -> None:
        """The vectors of these documents, of unit length."""
        self._rows[documents] = rows

    def finish(self) -> None:
        """Work out what tells the rows apart best, and put the file in its place."""
        if len(self._rows) > WHOLE_ROWS:
            self._add_telling()
        self._file.finish()

    def _add_telling(self) -> None:
        """Each row turned so that its first numbers carry most of it: the directions in which rows differ most."""
        step = max(1, len(self._rows) // _SAMPLE_ROWS)
        sample = self._rows[::step].astype(np.float32)
        _, directions = np.linalg.eigh(sample.T @ sample)
        telling = np.ascontiguousarray(directions[:, ::-1][:, :_TELLING])
        self._file.put("directions", telling)
        turned = self._file.make("telling", (len(self._rows), telling.shape[1]), np.float32)
        for start in range(0, len(turned), _BLOCK_ROWS):
            block = slice(start, start + _BLOCK_ROWS)
            turned[block] = self._rows[block].astype(np.float32) @ telling

    def close(self) -> None:
        """Forget what was written; after `finish` there is nothing to forget."""
        self._file.close()


def write_matrix(folder: Path, model: str, rows: Array) -> None:
    """A whole matrix, (documents, dimensions), at once."""
    file = MatrixFile(folder, model, *rows.shape)
    try:
        file.put(np.arange(len(rows), dtype=np.uint32), rows)
        file.finish()
    finally:
        file.close()


class VectorMatrix:
    """Answers for any number of threads; stays usable when its file is replaced or removed.

    Above `WHOLE_ROWS` documents only those are compared whole whose telling part is among the most like the question's.
    """

    def __init__(self, rows: Halves, directions: Singles | None = None, telling: Singles | None = None) -> None:
        self._rows = rows
        self._directions = directions
        self._telling = telling

    @classmethod
    def open(cls, folder: Path, model: str, *, verify: bool = True) -> Self:
        """Map a model's vectors; raises `IndexDamaged` where there are none or the file is no use."""
        arrays = open_arrays(matrix_path(folder, model), _FORMAT, verify=verify)
        if "rows" not in arrays:
            raise IndexDamaged("the file holds no vectors")
        return cls(arrays["rows"], arrays.get("directions"), arrays.get("telling"))

    @property
    def documents(self) -> int:
        """How many rows there are, those of zeros included."""
        return len(self._rows)

    def nearest(self, question: Singles, limit: int) -> Near:
        """The `limit` documents that are most like a question's vector, of unit length.

        Raises `IndexDamaged` when it is of another length than the rows.
        """
        if question.shape != self._rows.shape[1:]:
            raise IndexDamaged(f"its vectors have {self._rows.shape[1]} numbers, the question's {len(question)}")
        likely = self._likely(question)
        likeness = self._likeness(likely, question)
        best = np.argpartition(-likeness, limit)[:limit] if limit < len(likeness) else np.arange(len(likeness))
        # Equal ones in the order of the index, so that the same question always gets the same answer.
        best = best[np.lexsort((likely[best], -likeness[best]))]
        best = best[likeness[best] > 0]
        return Near(documents=likely[best].astype(np.uint32), likeness=likeness[best])

    def _likely(self, question: Singles) -> npt.NDArray[np.int64]:
        """Those that are worth a whole comparison, in the order of the index."""
        if self._telling is None or self._directions is None or self.documents <= WHOLE_ROWS:
            return np.arange(self.documents)
        guessed = self._telling @ (question @ self._directions)
        most = max(_LIKELY_ROWS, self.documents // _LIKELY_SHARE)
        likely: npt.NDArray[np.int64] = np.sort(np.argpartition(-guessed, most)[:most])
        return likely

    def _likeness(self, documents: npt.NDArray[np.int64], question: Singles) -> Singles:
        """In blocks, so that what is unpacked stays in the cache."""
        likeness = np.empty(len(documents), np.float32)
        for start in range(0, len(documents), _BLOCK_ROWS):
            block = slice(start, start + _BLOCK_ROWS)
            likeness[block] = self._rows[documents[block]].astype(np.float32) @ question
        return likeness
