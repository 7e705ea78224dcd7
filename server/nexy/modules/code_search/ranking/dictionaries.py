"""The word lists beside this file: which words may stand for which."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from nexy.modules.code_search.ranking.inflecting import forms_of
from nexy.modules.code_search.terms.splitting import whole_of
from nexy.modules.code_search.terms.stemming import stem

_HERE = Path(__file__).parent
_RUSSIAN = ("russian.txt", "russian_verbs.txt", "russian_fields.txt")
_FORMS, _ALIKE, _VAGUE, _PHRASE = "=~?+"
# Stems of one Russian word differ at their ends: they share so many first letters, and this part of the longer one.
_SHARED_LETTERS = 4
_SHARED_PART = 0.75
_SHORTEST_FORM = 3
# Put before a verb they say that it is done, and seldom what: считать and посчитать.
_LONG_PREFIXES = ("пере", "недо", "под", "про", "рас", "раз", "при", "вос", "воз", "пре")
_PREFIXES = (*_LONG_PREFIXES, *("об", "от", "вы", "до", "за", "из", "ис", "на", "по", "не", "со", "вз", "вс"), *"суо")
# What may follow where two stems of one word part; in eight letters there are few ways to read that.
_TAILS = re.compile(
    r"(?!.{9})(?:[аеиоуыюя]|[еияюо]?в|ова|[аоеиы]?к|[еи]?ц|[аео]?н|ик|тел|л|льн|ьн|ск|ист|ир|и?ост|[еия]?т|щик|яр|рн)*"
)

_Relations = dict[str, dict[str, None]]
_Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thesaurus:
    """By stem: `forms` are other forms of the same word, `alike` words that people use for it, the nearest first.

    `vague` words are put around what is looked for. `phrases` of at most `longest` stems have names of their own.
    """

    forms: Mapping[str, Sequence[str]]
    alike: Mapping[str, Sequence[str]]
    vague: frozenset[str]
    phrases: Mapping[_Phrase, Sequence[str]]
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Translations:
    """By stems of one or more words: what they are called in English, "a+b" where that takes two words.

    `longest` is the most words that a key has; `forms` are the stems of other forms, each with its key's;
    `beginnings` are the single stems by their first letters.
    """

    entries: Mapping[_Phrase, Sequence[str]]
    longest: int
    forms: Mapping[str, str] = field(repr=False)
    beginnings: Mapping[str, Sequence[str]] = field(repr=False)

    def phrase(self, stems: Sequence[str]) -> Sequence[str]:
        """What several stems are called together; () where that has no name."""
        return self.entries.get(tuple(stems)) or self.entries.get(tuple(self.forms.get(one, one) for one in stems), ())

    def nearest(self, word: str) -> Sequence[str]:
        """What a stem, the one that a prefix was put before, or the one most like it, is called; () where none is."""
        return next(filter(None, map(self._meant, _with_and_without_prefix(word))), ())

    def _meant(self, word: str) -> Sequence[str]:
        return self._known(word) or self._alike(word)

    def _known(self, word: str) -> Sequence[str]:
        return self.entries.get((word,)) or self.entries.get((self.forms.get(word, word),), ())

    def _alike(self, word: str) -> Sequence[str]:
        shared, best = max(
            ((_shared(word, other), other) for other in self.beginnings.get(word[:_SHARED_LETTERS], ())),
            default=(0.0, ""),
        )
        return self.entries[best,] if shared else ()


@cache
def thesaurus() -> Thesaurus:
    """English words of programming."""
    relations: dict[str, _Relations] = {_FORMS: {}, _ALIKE: {}}
    vague: set[str] = set()
    phrases: dict[_Phrase, Sequence[str]] = {}
    for mark, rest in (line.split(maxsplit=1) for line in _lines("english.txt")):
        if mark == _PHRASE:
            key, _, called = rest.partition(":")
            phrases[tuple(map(stem, key.split()))] = tuple(map(stem, called.split()))
        elif mark == _VAGUE:
            vague.update(map(stem, rest.split()))
        else:
            _relate_all(relations[mark], [stem(word) for word in rest.split()], both_ways=mark == _FORMS)
    return Thesaurus(
        forms=_frozen(relations[_FORMS]),
        alike=_frozen(relations[_ALIKE]),
        vague=frozenset(vague),
        phrases=phrases,
        longest=max(map(len, phrases), default=0),
    )


@cache
def russian() -> Translations:
    """Russian words and phrases of programming in English."""
    entries: dict[_Phrase, dict[str, None]] = {}
    words: dict[str, None] = {}
    for line in (line for name in _RUSSIAN for line in _lines(name)):
        keys, _, meant = line.partition(":")
        for key in keys.split(","):
            written = [whole_of(word) for word in key.replace("-", " ").split()]
            words.update(dict.fromkeys(written))
            entries.setdefault(tuple(map(stem, written)), {}).update(dict.fromkeys(meant.split()))
    single = [key[0] for key in entries if len(key) == 1]
    beginnings: dict[str, list[str]] = {}
    for word in single:
        beginnings.setdefault(word[:_SHARED_LETTERS], []).append(word)
    return Translations(
        entries={key: tuple(words) for key, words in entries.items()},
        longest=max(map(len, entries), default=1),
        forms=_forms(words, frozenset(single)),
        beginnings=beginnings,
    )


def _with_and_without_prefix(word: str) -> Iterator[str]:
    yield word
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHARED_LETTERS:
            yield word.removeprefix(prefix)


def _forms(words: Iterable[str], known: frozenset[str]) -> Mapping[str, str]:
    """The stems that other forms of words have, unless these are words of their own; the first word wins."""
    forms: dict[str, str] = {}
    for word in words:
        own = stem(word)
        for other in map(stem, forms_of(word)):
            if other != own and other not in known and len(other) >= _SHORTEST_FORM:
                forms.setdefault(other, own)
    return forms


def _shared(one: str, other: str) -> float:
    """How much of the longer word both begin with, 0 to 1; 0 where they go on as different words do."""
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    part = same / max(len(one), len(other))
    if same < _SHARED_LETTERS or part < _SHARED_PART:
        return 0.0
    return part if _TAILS.fullmatch(one, same) and _TAILS.fullmatch(other, same) else 0.0


def _lines(name: str) -> Iterable[str]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return (line for line in lines if line.strip() and not line.startswith("#"))


def _relate_all(relations: _Relations, words: Sequence[str], *, both_ways: bool) -> None:
    first, *others = words
    _relate(relations, first, others)
    for other in others:
        _relate(relations, other, words if both_ways else (first,))


def _relate(relations: _Relations, word: str, others: Iterable[str]) -> None:
    relations.setdefault(word, {}).update(dict.fromkeys(other for other in others if other != word))


def _frozen(relations: _Relations) -> Mapping[str, Sequence[str]]:
    return {word: tuple(others) for word, others in relations.items()}
