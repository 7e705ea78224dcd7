"""Postings gathered in sorted runs and merged at the end, so that memory is bounded by a run and not by the project."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.graph.ranges import ranges, sizes_of
from nexy.modules.code_search.postings.batch import Batch
from nexy.modules.code_search.postings.container import Array, ArrayFile
from nexy.modules.code_search.postings.fields import Field
from nexy.modules.code_search.postings.forward import FIELDS, Bytes, Hashes, Numbers

# One row's counts of all fields are the bytes of one number, so that the rows of one cell are added at once.
_ROW_BYTES = 8
_PATH_ONCE = 1 << 8 * Field.PATH
# What a sort key of 64 bits has room for: term, document, position.
_POSITION_BITS = 23
_DOCUMENT_BITS = 20
_TERM_BITS = 21

_Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some documents' postings by term and document.

    `terms` (T) sorted, `frequencies` (T) how many documents have each; `documents` (P) and `counts` (P).
    """

    terms: Hashes
    frequencies: Numbers
    documents: Numbers
    counts: Hashes


def sorted_run(batch: Batch, folder: Path) -> Run:
    """The postings of some files; they wait in nameless files of the folder. Raises OSError for a full disk."""
    terms, which, documents, counts = _rows(batch)
    order = _order(which, documents, len(terms))
    which, documents = which[order], documents[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (which[1:] != which[:-1]) | (documents[1:] != documents[:-1])
    first = np.flatnonzero(new)
    return Run(
        terms=terms,
        frequencies=np.bincount(which[first], minlength=len(terms)).astype(np.uint32),
        documents=_laid_aside((documents[first] + batch.first).astype(np.uint32), folder),
        counts=_laid_aside(np.add.reduceat(counts[order], first) if len(first) else counts, folder),
    )


def _rows(batch: Batch) -> tuple[Hashes, _Places, _Places, Hashes]:
    """The different terms, and of every row its term's place there, its document and its counts.

    A term of the path may repeat one of the text, and itself.
    """
    forward = batch.forward
    hashes = np.concatenate([forward.terms, batch.path_terms])
    terms = np.unique(hashes)
    place = np.searchsorted(terms, hashes)
    documents = np.arange(len(forward.kinds))
    starts, per_document = np.cumsum(batch.paths) - batch.paths + len(forward.terms), batch.files_of_documents()
    of_path = place[ranges(starts[per_document], batch.paths[per_document])]
    return (
        terms,
        np.concatenate([place[forward.entry_terms], of_path]),
        np.repeat(np.tile(documents, 2), np.concatenate([sizes_of(forward.entry_ends), batch.paths[per_document]])),
        np.concatenate([_packed(forward.counts), np.full(len(of_path), _PATH_ONCE, np.uint64)]),
    )


def _packed(counts: Bytes) -> Hashes:
    rows = np.zeros((len(counts), _ROW_BYTES), np.uint8)
    rows[:, :FIELDS] = counts
    return rows.view(np.uint64).ravel()


def _order(which: _Places, documents: _Places, terms: int) -> _Places:
    """The rows by term and document; sorting one number is many times faster than sorting places by two."""
    rows = len(which)
    last = int(documents[-1]) if rows else 0
    if rows >> _POSITION_BITS or last >> _DOCUMENT_BITS or terms >> _TERM_BITS:
        return np.lexsort((documents, which))
    keys = (which << (_DOCUMENT_BITS + _POSITION_BITS)) | (documents << _POSITION_BITS) | np.arange(rows)
    return np.sort(keys.view(np.uint64)).view(np.int64) & ((1 << _POSITION_BITS) - 1)


def _laid_aside(values: Array, folder: Path) -> Array:
    """Written and then mapped: what is written through a mapping kills the process when the disk is full."""
    if not len(values):
        return values
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(np.ascontiguousarray(values).data)
        file.flush()
        return np.memmap(file, values.dtype, "r", shape=values.shape)


def merge(runs: Sequence[Run], into: ArrayFile) -> tuple[int, int]:
    """Write `terms`, `term_ends`, `posting_documents` and `posting_counts`; returns how many terms and postings.

    Runs come in the order of their documents, so a term's postings stay sorted.
    """
    terms = np.unique(np.concatenate([np.zeros(0, np.uint64), *(run.terms for run in runs)]))
    places = [np.searchsorted(terms, run.terms) for run in runs]
    frequencies = np.zeros(len(terms), np.int64)
    for run, place in zip(runs, places, strict=True):
        frequencies[place] += run.frequencies
    ends = np.cumsum(frequencies)
    into.put("terms", terms)
    into.put("term_ends", ends.astype(np.uint64))
    free = ends - frequencies
    documents = into.make("posting_documents", (int(frequencies.sum()),), np.uint32)
    counts = into.make("posting_counts", (len(Field), len(documents)), np.uint8)
    for run, place in zip(runs, places, strict=True):
        target = ranges(free[place], run.frequencies.astype(np.int64))
        documents[target] = run.documents
        for field, column in enumerate(run.counts.view(np.uint8).reshape(-1, _ROW_BYTES).T[: len(Field)]):
            counts[field, target] = column
        free[place] += run.frequencies
    return len(terms), len(documents)
