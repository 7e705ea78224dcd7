"""Places that the question calls by name or by path."""

import re
from collections.abc import Iterator, Mapping, Sequence

from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.terms.hashing import folded_hash, name_hash

# A name as it is written, in another spelling, and its last part alone.
_AS_WRITTEN = 1.0
_OTHERWISE_SPELT = 0.9
_LAST_PART = 0.7
_PARTS = re.compile(r"::|->|[.#]")
_WHOLE_PATH = 1.0
_END_OF_PATH = 0.9
_WITHIN_PATH = 0.6


def named_in(index: MappedIndex, names: Sequence[str]) -> Mapping[int, float]:
    """By document, how surely it defines one of these names."""
    found: dict[int, float] = {}
    for name in names:
        for number, sure in _spellings(name):
            for document in index.defined(number).tolist() if number else ():
                found[document] = max(found.get(document, 0.0), sure)
    return found


def _spellings(name: str) -> Iterator[tuple[int, float]]:
    parts = _PARTS.split(name)
    qualified = ".".join(parts)
    yield name_hash(qualified), _AS_WRITTEN
    yield folded_hash(qualified), _OTHERWISE_SPELT
    if len(parts) > 1:
        owned = ".".join(parts[-2:])
        yield name_hash(owned), _OTHERWISE_SPELT
        yield name_hash(parts[-1]), _LAST_PART
        yield folded_hash(parts[-1]), _LAST_PART


def paths_named(index: MappedIndex, wanted: Sequence[str], most: int) -> Mapping[int, float]:
    """By document, how well its file's path agrees with one of these; after `most` documents no further file."""
    found: dict[int, float] = {}
    for sure, path in sorted(_agreeing(index, wanted), reverse=True):
        if len(found) >= most:
            break
        for document in index.in_file(path).tolist():
            found.setdefault(document, sure)
    return found


def _agreeing(index: MappedIndex, wanted: Sequence[str]) -> Iterator[tuple[float, str]]:
    for one in (path.lower().strip("/") for path in wanted):
        last = one.rpartition("/")[2]
        for path in index.paths():
            if last in (low := path.lower()) and (sure := _agreement(low, one)):
                yield sure, path


def _agreement(path: str, wanted: str) -> float:
    if path == wanted:
        return _WHOLE_PATH
    if path.endswith("/" + wanted):
        return _END_OF_PATH
    return _WITHIN_PATH if f"/{wanted}/" in f"/{path}/" else 0.0
