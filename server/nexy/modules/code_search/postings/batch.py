"""The forwards of many files as one, so that the rest is done once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.graph.ranges import Numbers as Sizes
from nexy.modules.code_search.postings.forward import Forward, Hashes, Numbers
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.terms.terms import posted

# A file with its decoded terms.
Decoded = tuple[IndexedFile, Forward]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """F files, at least one, and their documents one after the other, counting from `first`.

    `forward` is that of all of them; its `terms` repeat from file to file. `pieces`, `imports` and `paths` (F) tell how
    many documents, imports and terms of the path each file has; `path_terms` are those of all.
    """

    files: Sequence[IndexedFile]
    first: int
    forward: Forward
    pieces: Sizes
    imports: Sizes
    paths: Sizes
    path_terms: Hashes

    def files_of_documents(self) -> Sizes:
        """The place in `files` of every document."""
        return np.repeat(np.arange(len(self.files)), self.pieces)


def batch_of(decoded: Sequence[Decoded], first: int) -> Batch:
    """The files in order."""
    forwards = [forward for _, forward in decoded]
    paths = [posted(file.path) for file, _ in decoded]
    return Batch(
        files=[file for file, _ in decoded],
        first=first,
        forward=_joined(forwards),
        pieces=_sizes([forward.kinds for forward in forwards]),
        imports=_sizes([forward.imports for forward in forwards]),
        paths=np.array([len(path) // 8 for path in paths], np.int64),
        path_terms=np.frombuffer(b"".join(paths), "<u8"),
    )


def _joined(forwards: Sequence[Forward]) -> Forward:
    return Forward(
        terms=np.concatenate([forward.terms for forward in forwards]),
        names=np.concatenate([forward.names for forward in forwards]),
        calls=np.concatenate([forward.calls for forward in forwards]),
        imports=np.concatenate([forward.imports for forward in forwards]),
        assigns=np.concatenate([forward.assigns for forward in forwards]),
        entry_ends=_shifted([f.entry_ends for f in forwards], [f.entry_terms for f in forwards]),
        entry_terms=_shifted([f.entry_terms for f in forwards], [f.terms for f in forwards]),
        call_ends=_shifted([f.call_ends for f in forwards], [f.calls for f in forwards]),
        assign_ends=_shifted([f.assign_ends for f in forwards], [f.assigns for f in forwards]),
        lengths=np.concatenate([forward.lengths for forward in forwards]),
        counts=np.concatenate([forward.counts for forward in forwards]),
        kinds=np.concatenate([forward.kinds for forward in forwards]),
    )


def _shifted(parts: Sequence[Numbers], pointed_at: Sequence[npt.NDArray[Any]]) -> Numbers:
    """Numbers that point into one array per file, made to point into all of those joined."""
    sizes = _sizes(pointed_at)
    shift = (np.cumsum(sizes) - sizes).astype(np.uint32)
    return np.concatenate(parts) + np.repeat(shift, _sizes(parts))


def _sizes(parts: Sequence[npt.NDArray[Any]]) -> Sizes:
    return np.array([len(part) for part in parts], np.int64)
