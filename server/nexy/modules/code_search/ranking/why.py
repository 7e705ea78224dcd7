"""Why a place was found, in one sentence: the words and where they stand, and what else spoke for it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from nexy.modules.code_search.postings.asking import Contribution
from nexy.modules.code_search.postings.fields import Field
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.ranking.asking import Wanted, field_weights
from nexy.modules.code_search.ranking.gathering import Search
from nexy.modules.code_search.ranking.signals import Signal
from nexy.modules.code_search.ranking.spelling import spelt
from nexy.modules.code_search.terms.hashing import hash_of

_WORDS = (Signal.LEXICAL, Signal.COVERAGE, Signal.NAME, Signal.SIGNATURE)
_MOST_WORDS = 4


Parts = Sequence[Contribution]


def parts_of(search: Search, index: MappedIndex, documents: Sequence[int]) -> Mapping[int, Parts]:
    """What the words gave to the score of each document."""
    told = np.array(sorted(documents), np.uint32)
    concepts = [one.concept for one in _with_terms(search)]
    parts = index.contributions(told, concepts, field_weights(search.config.fields))
    return dict(zip(told.tolist(), parts, strict=True))


def tell(
    search: Search, index: MappedIndex, document: int, shares: Sequence[tuple[Signal, float]], parts: Parts
) -> str:
    """One sentence without a full stop in the question's language, the weightiest reason first; never empty."""
    say = _sayings()[search.question.language]
    told = [(signal, share) for signal, share in shares if share >= search.config.told]
    reasons = list(dict.fromkeys(_reasons(search, parts, [signal for signal, _ in told])))
    if index.tests[document] or index.generated[document]:
        reasons.append(say["test" if index.tests[document] else "generated"])
    return "; ".join(reasons) or say["nearest"]


@cache
def _sayings() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((Path(__file__).parent / "reasons.toml").read_text(encoding="utf-8"))


def _with_terms(search: Search) -> Sequence[Wanted]:
    return [one for one in search.wanted if one.concept.terms]


def _reasons(search: Search, parts: Parts, signals: Sequence[Signal]) -> Iterator[str]:
    worded = False
    for signal in signals:
        if signal not in _WORDS:
            yield _sayings()[search.question.language][f"signal_{signal.name.lower()}"]
        elif not worded:
            worded = True
            yield from _worded(search, parts)


def _worded(search: Search, parts: Parts) -> Iterator[str]:
    """Which words stand in which field; a word is told where it counts most, itself before what stands for it."""
    wanted = _with_terms(search)
    say = _sayings()[search.question.language]
    chosen: dict[int, Contribution] = {}
    exactly: set[int] = set()
    for part in parts:
        exact = _is_asked(wanted[part.concept], part.term)
        if part.concept not in chosen or (exact and part.concept not in exactly):
            chosen[part.concept] = part
        exactly |= {part.concept} if exact else set()
    by_field: dict[Field, list[str]] = {}
    for part in islice(chosen.values(), _MOST_WORDS):
        by_field.setdefault(part.field, []).append(_word(wanted[part.concept], part.term, say))
    for field, words in by_field.items():
        yield say[field.name.lower()].format(words=", ".join(words))


def _is_asked(wanted: Wanted, term: int) -> bool:
    """Whether it is the word itself, or what the dictionary calls it first."""
    return any(one.weight == 1 and hash_of(one.text) == term for one in wanted.asked.terms)


def _word(wanted: Wanted, term: int, say: Mapping[str, str]) -> str:
    """The asked word; and, where another stands for it, that one as people write it."""
    stands = next((one.text for one in wanted.asked.terms if hash_of(one.text) == term), "")
    asked = wanted.asked.word
    if asked.lower().replace(" ", "").startswith(stands.rstrip("i")):
        return say["word"].format(asked=asked)
    return say["stand_in"].format(found=spelt(stands), asked=asked)
