"""Which words of a description a template answers to, and which it leaves open."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from nexy.modules.ai_router.offline_code.generation.naming import singular, words_of
from nexy.modules.ai_router.offline_code.generation.order import SKELETON, Order, named_in
from nexy.modules.ai_router.offline_code.generation.russian import english
from nexy.modules.ai_router.offline_code.syntax.languages import language_named_in
from nexy.modules.ai_router.offline_code.wording import table, word_set

_TOKEN = re.compile(r"[^\W_]+(?:_[^\W_]+)*")
_SCRIPTS = ("typescript", "javascript", "tsx")
_ENDINGS = frozenset(("", "s", "e", "es", "d", "ed", "r", "er", "ers", "ing"))
# A longer beginning stands for all that grows from it ("valid" for validation), a shorter one only for its own forms.
_STEM = 5
# One word in common is a coincidence: no more than so many may be left open for each word that is covered.
_OPEN_FOR_EACH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """`missing` are the wishes that the template leaves open, `foreign` the libraries among them; both as written."""

    covered: int
    missing: Sequence[str]
    foreign: Sequence[str]

    @property
    def fits(self) -> bool:
        """Whether the template is near enough to be given at all."""
        return not self.foreign and self.covered * _OPEN_FOR_EACH >= len(self.missing)


def coverage_of(order: Order, language: str, code: str) -> Coverage:
    """What the template of the order's intent does of the description; `code` is the template filled in."""
    told = frozenset(_used(order))
    words = dict.fromkeys(word for word in _TOKEN.findall(order.wanted) if not _is_silent(word, language))
    missing = [word for word in words if not _is_covered(word, order, told, language, code)]
    foreign = [word for word in missing if word.lower() in word_set("libraries")]
    refused = [phrase for phrase in order.refused if named_in(phrase) in (SKELETON, order.intent)]
    return Coverage(
        covered=len(words) - len(missing),
        missing=tuple(dict.fromkeys((*foreign, *missing, *refused))),
        foreign=tuple(foreign),
    )


def _is_silent(word: str, language: str) -> bool:
    """Whether it asks for nothing: a word of grammar, of politeness, or the language that is written anyway."""
    plain = word.lower()
    if named := language_named_in(plain):
        return named == language or (named in _SCRIPTS and language in _SCRIPTS) or not language
    return (len(plain) < 2 and not plain.isdigit()) or plain in word_set("silent")


def _is_covered(word: str, order: Order, told: frozenset[str], language: str, code: str) -> bool:
    plain = word.lower()
    stems = _stems(order.intent, language)
    if _grows_from(plain, stems):
        return True
    if plain in word_set("libraries") or plain.isdigit():
        return _stands_in(word, code)
    if word == order.name and _stands_in(word, code):
        return True
    parts = [part for part in (words_of(word) if word.isascii() else (plain,)) if part not in word_set("silent")]
    return bool(parts) and all(_grows_from(part, stems) or _is_told(part, told) for part in parts)


def _grows_from(word: str, stems: Sequence[str]) -> bool:
    return any(
        word.startswith(stem) and (len(stem) >= _STEM or not stem.isascii() or word[len(stem) :] in _ENDINGS)
        for stem in stems
    )


def _is_told(word: str, told: frozenset[str]) -> bool:
    """Whether it belongs to the thing, the fields or the key that the template was filled in with."""
    plain = [singular(part) for name in english((word,)) for part in words_of(name)]
    return bool(plain) and all(part in told for part in plain)


def _stands_in(word: str, code: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", code, re.IGNORECASE) is not None


def _used(order: Order) -> Iterator[str]:
    """The words that this template takes from the description, in the singular."""
    takes = table("covers")["takes"].get(order.intent, "").split()
    if "thing" in takes:
        yield from map(singular, order.entity)
    if "key" in takes:
        yield from map(singular, order.key)
    if "service" in takes:
        yield from map(singular, words_of(order.service))
    if "fields" in takes:
        yield from (singular(word) for field in order.fields for word in field.words)


@cache
def _stems(intent: str, language: str) -> Sequence[str]:
    """The beginnings of the words that it answers to, in this language; those of one language only count there."""
    entries = [entry.partition("@") for entry in table("covers")[intent].split()]
    return tuple(stem for stem, _, only in entries if only in ("", language))
