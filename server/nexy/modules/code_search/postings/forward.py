"""One file's terms and names as bytes: what the database keeps, so that an index is made without reading text again.

Layout, little endian: a head of counts, then one array after the other, the widest numbers first. A piece's entries
are sorted by term, and each holds a count per field of `Field` but PATH, which belongs to the path.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from nexy.modules.code_search.model import Chunk, ChunkedFile, ChunkKind
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.terms.hashing import folded_hash, name_hash
from nexy.modules.code_search.terms.terms import posted

KINDS: Sequence[ChunkKind] = (
    ChunkKind.FUNCTION,
    ChunkKind.METHOD,
    ChunkKind.CLASS,
    ChunkKind.MODULE,
    ChunkKind.TEXT,
)
# Every field of `Field` but PATH.
FIELDS = 5
# Name and symbol as they are written, both folded, and the owner: see `_names`.
NAMES = 5
_MAGIC = b"NXF2"
_HEAD = struct.Struct("<4s6I")
_MOST = 255

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Views of an encoded file; C pieces, T different terms, E entries (a term in a piece).

    `terms` (T) sorted hashes; `entry_ends` (C) where a piece's entries end in `entry_terms` (E, index into `terms`)
    and `counts` (E, FIELDS); `lengths` (C, FIELDS) in terms; `names` (C, NAMES) hashes, 0 for none; `call_ends` (C)
    likewise for `calls`, hashes of names, and `assign_ends` (C) for `assigns`, hashes of names as written and folded;
    `imports` hashes of names; `kinds` (C) indexes into KINDS.
    """

    terms: Hashes
    names: Hashes
    calls: Hashes
    imports: Hashes
    assigns: Hashes
    entry_ends: Numbers
    entry_terms: Numbers
    call_ends: Numbers
    assign_ends: Numbers
    lengths: Numbers
    counts: Bytes
    kinds: Bytes


def encode(chunked: ChunkedFile) -> bytes:
    """The terms, names, calls, assigned names and imports of a file's pieces."""
    chunks = chunked.chunks
    packed = [[posted(text) for text in _texts(chunk)] for chunk in chunks]
    lengths = np.array([[len(field) // 8 for field in piece] for piece in packed], np.uint32).reshape(-1, FIELDS)
    hashes = np.frombuffer(b"".join(field for piece in packed for field in piece), np.uint64)
    terms, entry_ends, entry_terms, counts = _entries(hashes, lengths)
    calls, call_ends = _lists([{name_hash(name) for name in chunk.calls} for chunk in chunks])
    assigns, assign_ends = _lists(
        [{written(name) for name in chunk.assigns for written in (name_hash, folded_hash)} for chunk in chunks]
    )
    forward = Forward(
        terms=terms,
        names=np.array([_names(chunk) for chunk in chunks], np.uint64).reshape(-1, NAMES),
        calls=calls,
        imports=np.array(sorted({name_hash(name) for name in chunked.imports if name}), np.uint64),
        assigns=assigns,
        entry_ends=entry_ends,
        entry_terms=entry_terms,
        call_ends=call_ends,
        assign_ends=assign_ends,
        lengths=lengths,
        counts=counts,
        kinds=np.array([KINDS.index(chunk.kind) for chunk in chunks], np.uint8),
    )
    return _written(forward)


def _lists(pieces: Sequence[set[int]]) -> tuple[Hashes, Numbers]:
    """The hashes of every piece one after the other, and where each piece's end; 0 is no name."""
    ordered = [sorted(hashes - {0}) for hashes in pieces]
    ends = np.cumsum([len(hashes) for hashes in ordered], dtype=np.uint32)
    return np.array([one for hashes in ordered for one in hashes], np.uint64), ends


def _texts(chunk: Chunk) -> Sequence[str]:
    return chunk.name, _owner(chunk), chunk.signature, chunk.comment, chunk.code


def _owner(chunk: Chunk) -> str:
    return chunk.symbol.removesuffix(chunk.name).rstrip(".:#") if chunk.name else chunk.symbol


def _names(chunk: Chunk) -> Sequence[int]:
    symbol = chunk.symbol if chunk.name else ""
    return (
        name_hash(chunk.name),
        name_hash(symbol),
        folded_hash(chunk.name),
        folded_hash(symbol),
        name_hash(_owner(chunk) if chunk.name else ""),
    )


def _entries(hashes: Hashes, lengths: Numbers) -> tuple[Hashes, Numbers, Numbers, Bytes]:
    """The different terms, and per piece (ends) which of them stand there (indexes) how often in each field."""
    pieces = len(lengths)
    terms, which = np.unique(hashes, return_inverse=True)
    where = np.repeat(np.arange(pieces * FIELDS), lengths.ravel())
    piece, field = np.divmod(where, FIELDS)
    keys, times = np.unique((piece * max(len(terms), 1) + which) * FIELDS + field, return_counts=True)
    cells, fields = np.divmod(keys, FIELDS)
    first = np.flatnonzero(np.diff(cells, prepend=-1))
    entries = cells[first]
    counts = np.zeros((len(entries), FIELDS), np.uint8)
    counts[np.searchsorted(first, np.arange(len(keys)), side="right") - 1, fields] = np.minimum(times, _MOST)
    of_piece, entry_terms = np.divmod(entries, max(len(terms), 1))
    ends = np.searchsorted(of_piece, np.arange(pieces), side="right")
    return terms, ends.astype(np.uint32), entry_terms.astype(np.uint32), counts


def _written(forward: Forward) -> bytes:
    head = _HEAD.pack(
        _MAGIC,
        len(forward.kinds),
        len(forward.terms),
        len(forward.entry_terms),
        len(forward.calls),
        len(forward.imports),
        len(forward.assigns),
    )
    return head + b"".join(array.tobytes() for array in _arrays(forward))


def _arrays(forward: Forward) -> Sequence[npt.NDArray[np.generic]]:
    return (
        *(forward.terms, forward.names, forward.calls, forward.imports, forward.assigns),
        *(forward.entry_ends, forward.entry_terms, forward.call_ends, forward.assign_ends, forward.lengths),
        *(forward.counts, forward.kinds),
    )


def decode(data: bytes) -> Forward:
    """The arrays of an encoded file, without a copy; raises `IndexDamaged` for bytes that `encode` did not make."""
    if len(data) < _HEAD.size or not data.startswith(_MAGIC):
        raise IndexDamaged("a file's terms are not in the known format")
    _, pieces, terms, entries, calls, imports, assigns = _HEAD.unpack_from(data)
    wide = (terms, pieces * NAMES, calls, imports, assigns)
    middle = (pieces, entries, pieces, pieces, pieces * FIELDS)
    narrow = (entries * FIELDS, pieces)
    if _HEAD.size + 8 * sum(wide) + 4 * sum(middle) + sum(narrow) != len(data):
        raise IndexDamaged("a file's terms are cut short")
    return _read(data, wide, middle, narrow)


def _read(data: bytes, wide: Sequence[int], middle: Sequence[int], narrow: Sequence[int]) -> Forward:
    hashes = _split(np.frombuffer(data, "<u8", sum(wide), _HEAD.size), wide)
    start = _HEAD.size + 8 * sum(wide)
    numbers = _split(np.frombuffer(data, "<u4", sum(middle), start), middle)
    small = _split(np.frombuffer(data, np.uint8, sum(narrow), start + 4 * sum(middle)), narrow)
    return Forward(
        terms=hashes[0],
        names=hashes[1].reshape(-1, NAMES),
        calls=hashes[2],
        imports=hashes[3],
        assigns=hashes[4],
        entry_ends=numbers[0],
        entry_terms=numbers[1],
        call_ends=numbers[2],
        assign_ends=numbers[3],
        lengths=numbers[4].reshape(-1, FIELDS),
        counts=small[0].reshape(-1, FIELDS),
        kinds=small[1],
    )


def _split(values: npt.NDArray[Any], sizes: Sequence[int]) -> Sequence[npt.NDArray[Any]]:
    ends = list(accumulate(sizes))
    return [values[end - size : end] for end, size in zip(ends, sizes, strict=True)]
