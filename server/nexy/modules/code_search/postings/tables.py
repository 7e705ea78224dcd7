"""What the index knows of files and documents besides their terms: gathered batch by batch, written at the end."""

from pathlib import PurePosixPath

import numpy as np

from nexy.modules.code_search.graph.ranges import Numbers as Places
from nexy.modules.code_search.graph.ranges import sizes_of
from nexy.modules.code_search.model import DIGEST_BYTES
from nexy.modules.code_search.postings.batch import Batch
from nexy.modules.code_search.postings.container import Array, ArrayFile
from nexy.modules.code_search.postings.fields import Field
from nexy.modules.code_search.postings.forward import FIELDS, Bytes, Forward, Numbers
from nexy.modules.code_search.postings.source import IndexedFile

# The smallest terms of a piece, by hash, stand for all of them; FREE where it has fewer.
SKETCH = 8
FREE = 0xFFFF_FFFF
TEST, GENERATED = 1, 2
_LONGEST = 0xFFFF
# Code in these refers to code in those.
_FAMILIES = {"tsx": "typescript", "javascript": "typescript", "cpp": "c"}


class Tables:
    """Paths, digests, languages and flags of the files; kinds, lengths and sketches of the documents."""

    def __init__(self) -> None:
        self.documents = 0
        self.folders: list[int] = []
        self.languages: list[int] = []
        self.flags: list[int] = []
        self._folder_numbers: dict[str, int] = {}
        self._language_numbers: dict[str, int] = {}
        self._paths: list[bytes] = []
        self._digests: list[bytes] = []
        self._pieces: list[Places] = [np.zeros(0, np.int64)]
        self._kinds: list[Bytes] = [np.zeros(0, np.uint8)]
        self._lengths: list[Array] = [np.zeros((0, len(Field)), np.uint16)]
        self._sketches: list[Numbers] = [np.zeros((0, SKETCH), np.uint32)]

    def add(self, batch: Batch) -> None:
        """The next files and their documents."""
        for file in batch.files:
            self._add_file(file)
        self.documents += len(batch.forward.kinds)
        self._pieces.append(batch.pieces)
        self._kinds.append(batch.forward.kinds)
        self._lengths.append(_lengths(batch))
        self._sketches.append(_sketches(batch.forward))

    def _add_file(self, file: IndexedFile) -> None:
        folder = str(PurePosixPath(file.path).parent)
        self.folders.append(self._folder_numbers.setdefault(folder, len(self._folder_numbers)))
        self.languages.append(self._language_numbers.setdefault(file.language, len(self._language_numbers)))
        self.flags.append(TEST * file.is_test | GENERATED * file.is_generated)
        self._paths.append(file.path.encode("utf-8", "surrogatepass"))
        self._digests.append(file.digest)

    def files_of_documents(self) -> Places:
        """The file's number of every document."""
        return np.repeat(np.arange(len(self._paths)), np.concatenate(self._pieces))

    def families(self) -> Places:
        """Of every file which languages it can refer to, as numbers."""
        families = [_FAMILIES.get(language, language) for language in self._language_numbers]
        return np.array([families.index(family) for family in families], np.int64)[self.languages]

    def write(self, into: ArrayFile) -> None:
        """Everything, as arrays."""
        into.put("file_paths", np.frombuffer(b"".join(self._paths), np.uint8))
        into.put("file_path_ends", np.cumsum([len(path) for path in self._paths], dtype=np.uint64))
        into.put("file_digests", np.frombuffer(b"".join(self._digests), np.uint8).reshape(-1, DIGEST_BYTES))
        into.put("file_languages", np.array(self.languages, np.uint16))
        into.put("file_flags", np.array(self.flags, np.uint8))
        into.put("file_ends", np.cumsum(np.concatenate(self._pieces)).astype(np.uint32))
        into.put("languages", np.frombuffer("\n".join(self._language_numbers).encode(), np.uint8))
        into.put("kinds", np.concatenate(self._kinds))
        into.put("sketches", np.concatenate(self._sketches))
        self._write_lengths(into)

    def _write_lengths(self, into: ArrayFile) -> None:
        lengths = np.concatenate(self._lengths)
        into.put("lengths", np.ascontiguousarray(lengths.T))
        filled = np.maximum(np.count_nonzero(lengths, axis=0), 1)
        into.put("mean_lengths", lengths.sum(axis=0, dtype=np.float64) / filled)


def _lengths(batch: Batch) -> Array:
    lengths = np.empty((len(batch.forward.kinds), len(Field)), np.uint16)
    lengths[:, :FIELDS] = np.minimum(batch.forward.lengths, _LONGEST)
    lengths[:, Field.PATH] = np.minimum(batch.paths, _LONGEST)[batch.files_of_documents()]
    return lengths


def _sketches(forward: Forward) -> Numbers:
    """A piece's entries are sorted by hash already, so its smallest ones come first."""
    ends = forward.entry_ends.astype(np.int64)
    places = (ends - sizes_of(forward.entry_ends))[:, None] + np.arange(SKETCH)
    there = places < ends[:, None]
    sketches = np.full(places.shape, FREE, np.uint32)
    hashes = forward.terms[forward.entry_terms[places[there]]]
    sketches[there] = (hashes >> np.uint64(32)).astype(np.uint32)
    return sketches
