"""Answers that were given before: to the very same question, and to one that means the same.

What they were made from is part of their key, so a new revision, another sight or another wish never meets them.
"""

import re
import sys
from collections import OrderedDict
from dataclasses import dataclass

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.clock import Clock
from nexy.contracts.code_search import Found, Hit, SearchKind
from nexy.modules.code_search.postings.asking import Singles
from nexy.modules.code_search.searching.checks import Wish
from nexy.modules.code_search.searching.ranked import Sense
from nexy.modules.code_search.searching.visible import Scope

# Where signs or the case of letters carry meaning, only the same question is the same.
_PLAIN_SENTENCE = re.compile(r"[A-ZА-ЯЁ]?[a-zа-яё]+(?:[ ,]+[a-zа-яё]+)+[.?!]?")
# What a mark, a hit without its texts and a project's state take in memory, rounded up.
_MARK_BYTES, _HIT_BYTES, _STATE_BYTES, _ENTRY_BYTES = 128, 512, 256, 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an answer is made from, beside the words of its question."""

    states: tuple[tuple[str, int, bool, bool], ...]
    kind: SearchKind
    limit: int
    language: str
    words: str
    with_prose: bool
    model: str


def basis_of(wish: Wish, scope: Scope, *, with_prose: bool, model: str) -> Basis:
    """The basis of a question's answer; `model` is the one that makes vectors."""
    return Basis(
        states=tuple((project.id, project.revision, project.stale, project.held) for project in scope.projects),
        kind=wish.kind,
        limit=wish.limit,
        language=wish.language,
        words=scope.words,
        with_prose=with_prose,
        model=model,
    )


_Key = tuple[Basis, str | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    found: Found
    vector: Singles | None
    until: float
    size: int


class KeptAnswers:
    """At most `max_cached` of `max_cached_bytes` for `cache_seconds` each; who was not wanted for longest goes first.

    With vectors two questions are alike from the cosine `alike` on; without them plain sentences of the same `sense`
    are.
    """

    def __init__(self, config: CodeSearchConfig, clock: Clock, sense: Sense) -> None:
        self._config = config
        self._clock = clock
        self._sense = sense
        self._size = 0
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._same: dict[Basis, dict[_Key, _Kept]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def same(self, basis: Basis, query: str) -> Found | None:
        """The answer to the same question, or without vectors to one of the same sense."""
        found = self._get((basis, query))
        if found is None and (sense := self._sense_of(basis, query)):
            found = self._get((basis, sense))
        return found

    def alike(self, basis: Basis, vector: Singles) -> Found | None:
        """The answer to the question whose vector is nearest, if it is near enough."""
        best, likeness = None, self._config.alike
        for key, kept in self._same.get(basis, {}).items():
            if kept.vector is not None and (cosine := float(kept.vector @ vector)) >= likeness:
                best, likeness = key, cosine
        return None if best is None else self._get(best)

    def keep(self, basis: Basis, query: str, found: Found, vector: Singles | None = None) -> None:
        """Give this answer from now on."""
        # Under its words, and under its sense where no model can tell meanings apart; each is counted whole.
        if not self._config.max_cached or not self._config.cache_seconds:
            return
        until, size = self._clock.monotonic() + self._config.cache_seconds, _size(basis, query, found, vector)
        self._put((basis, query), _Kept(found=found, vector=vector, until=until, size=size))
        if sense := self._sense_of(basis, query):
            self._put((basis, sense), _Kept(found=found, vector=None, until=until, size=size))

    def _sense_of(self, basis: Basis, query: str) -> bytes:
        """Nothing for what looks like code, and where a model tells meanings apart."""
        return b"" if basis.model or not _PLAIN_SENTENCE.fullmatch(query) else self._sense(query)

    def _get(self, key: _Key) -> Found | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.until <= self._clock.monotonic():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return kept.found

    def _put(self, key: _Key, kept: _Kept) -> None:
        if key in self._kept:
            self._drop(key)
        if kept.size > self._config.max_cached_bytes:
            return
        self._kept[key] = kept
        self._size += kept.size
        self._same.setdefault(key[0], {})[key] = kept
        while len(self._kept) > self._config.max_cached or self._size > self._config.max_cached_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        self._size -= self._kept.pop(key).size
        others = self._same[key[0]]
        del others[key]
        if not others:
            del self._same[key[0]]


def _size(basis: Basis, query: str, found: Found, vector: Singles | None) -> int:
    """About how many bytes an answer and its key take."""
    key = _ENTRY_BYTES + sys.getsizeof(query) + sys.getsizeof(basis.words) + _STATE_BYTES * len(basis.states)
    return key + sum(map(_hit_size, found.hits)) + (0 if vector is None else vector.nbytes)


def _hit_size(hit: Hit) -> int:
    texts = hit.id, hit.content, hit.file_path, hit.symbol, hit.why
    return _HIT_BYTES + sum(map(sys.getsizeof, texts)) + _MARK_BYTES * len(hit.marks)
