"""The words of a question, and every term that may stand for each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from nexy.config.code_ranking_section import WordWeights
from nexy.modules.code_search.ranking.dictionaries import russian, thesaurus
from nexy.modules.code_search.ranking.phrases import called_together, verb_at
from nexy.modules.code_search.ranking.transliteration import spellings_of
from nexy.modules.code_search.terms.splitting import parts_of, whole_of
from nexy.modules.code_search.terms.stemming import stem
from nexy.modules.code_search.terms.stop_words import stop_words
from nexy.modules.code_search.terms.terms import terms_of

# Some things are called by a sign: A*, C++, C#.
_WORD = re.compile(r"(?<!\w)[A-Za-z](?:\*|\+\+|#)|\w+")
_SIGNED = {"a*": "astar", "b*": "bstar", "d*": "dstar", "c++": "cpp", "f#": "fsharp", "c#": "csharp"}
# What English hangs on a stem to make the doer, the deed, or what is like it.
_ENDINGS = ("er", "or", "ator", "abl", "ion", "ation", "ic", "ism", "ment")
_SHORTEST_STEM = 4
# Longer ones are no words.
_LONGEST_WORD = 64
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A stem that may stand for what was asked; `weight` 1 is the word itself."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing asked for; `word` as it was written, `english` what it is called in code.

    Below `weight` 1 it says little about the place. `known` is false for a Russian word that no dictionary has.
    """

    word: str
    english: str
    terms: Sequence[Term]
    weight: float
    known: bool = True


def is_russian(text: str) -> bool:
    """Whether there is a Russian letter in it."""
    return bool(_CYRILLIC.search(text))


def words_of(text: str, weights: WordWeights) -> Sequence[Asked]:
    """What the words ask for, in their order and each once; then what several of them together are called."""
    words = _words(text)
    asked = _distinct(list(islice(_read(words, weights), weights.most_words)))
    return (*asked, *_phrases(asked, words, weights))


def _words(text: str) -> Sequence[str]:
    return [_SIGNED.get(word.lower(), word) for word in _WORD.findall(text) if len(word) <= _LONGEST_WORD]


def joined(asked: Sequence[Asked], weights: WordWeights) -> Sequence[Asked]:
    """Each two neighbours in one piece and in both orders: "header of a request" is request_header."""
    single = [one for one in asked if one.english.isalnum()]
    return tuple(
        Asked(
            word=f"{first.word} {second.word}",
            english=first.english + second.english,
            terms=tuple(
                Term(text=stem(whole), weight=1.0)
                for whole in (first.english + second.english, second.english + first.english)
            ),
            weight=weights.joined,
        )
        for first, second in pairwise(single)
    )


def _read(words: Sequence[str], weights: WordWeights) -> Iterator[Asked]:
    at = 0
    while at < len(words):
        if is_russian(words[at]):
            found, used = _russian(words, at, weights)
        else:
            found, used = _english(words, at, weights)
        yield from found
        at += used


def _english(words: Sequence[str], at: int, weights: WordWeights) -> tuple[Sequence[Asked], int]:
    """What stands at this word, and how many words that takes: a verb and its particle are one."""
    if verb := verb_at(words, at):
        alone, called = verb
        terms = {**dict.fromkeys(called, 1.0), alone: weights.alike}
        return [_meant(" ".join(words[at : at + 2]), called[0], terms, weights)], 2
    return list(_single(words[at], weights)), 1


def _single(word: str, weights: WordWeights) -> Iterator[Asked]:
    parts = parts_of(word)
    for part in parts:
        if terms := terms_of(part):
            yield _meant(part, part, {terms[0]: 1.0}, weights)
    if len(parts) > 1 and (whole := terms_of(whole_of(word))):
        yield Asked(word=word, english=word, terms=(Term(text=whole[0], weight=1.0),), weight=weights.joined)


def _russian(words: Sequence[str], at: int, weights: WordWeights) -> tuple[Sequence[Asked], int]:
    """What stands at this word, and how many words that takes: the longest known phrase, else one word."""
    known = russian()
    stems = [_stem(word) for word in words[at : at + known.longest]]
    for size in range(len(stems), 1, -1):
        if meant := known.phrase(stems[:size]):
            return list(_translated(" ".join(words[at : at + size]), {}, meant, weights)), size
    if not terms_of(words[at]):
        return (), 1
    if meant := known.nearest(stems[0]):
        return list(_translated(words[at], {stems[0]: 1.0}, meant, weights)), 1
    return [_spelt(words[at], stems[0], weights)], 1


@lru_cache(maxsize=1024)
def _stem(word: str) -> str:
    """Asked for again with each word before it."""
    return stem(whole_of(word))


def _translated(word: str, own: Mapping[str, float], meant: Sequence[str], weights: WordWeights) -> Iterator[Asked]:
    """What a Russian word or phrase is called; where that takes several English words, each of them."""
    first, *others = meant
    if "+" in first:
        for part in first.split("+"):
            yield _meant(word, part, {stem(part): weights.translated}, weights)
        if others:
            called = tuple(Term(text=stem(other), weight=1.0) for other in others)
            yield Asked(word=word, english=others[0], terms=called, weight=weights.phrase)
        return
    terms = dict(own)
    for rank, english in enumerate(meant):
        for part in english.split("+"):
            terms.setdefault(stem(part), weights.translated * weights.fading_translation**rank)
    yield _meant(word, first, terms, weights)


def _meant(word: str, english: str, terms: dict[str, float], weights: WordWeights) -> Asked:
    """A word by these terms, their other forms, and those like its English."""
    known = thesaurus()
    for term, weight in list(terms.items()):
        for form in known.forms.get(term, ()):
            terms.setdefault(form, weight * weights.form)
    for term, weight in list(terms.items()):
        for derived in _derived(term) if weight == 1 else ():
            terms.setdefault(derived, weights.derived)
    called = stem(english)
    for rank, alike in enumerate(known.alike.get(called, ())):
        terms.setdefault(alike, weights.alike * weights.fading**rank)
    weight = weights.vague if called in known.vague else 1.0
    return Asked(word=word, english=english, terms=_terms(terms), weight=weight)


def _derived(term: str) -> Iterator[str]:
    """The stems of words made from the same one, as far as endings tell: sort and sorter, cycl and cyclic."""
    if not term.isascii() or len(term) < _SHORTEST_STEM:
        return
    for ending in _ENDINGS:
        yield term + ending
        if term.endswith(ending) and len(term) - len(ending) >= _SHORTEST_STEM:
            yield term.removesuffix(ending)


def _spelt(word: str, term: str, weights: WordWeights) -> Asked:
    """A Russian word that no dictionary knows: itself, and as the English word that it may be."""
    latin = spellings_of(term, weights.most_spellings)
    terms = {term: 1.0} | dict.fromkeys(map(stem, latin), weights.spelt)
    english = latin[0] if latin else word
    return Asked(word=word, english=english, terms=_terms(terms), weight=weights.unknown, known=False)


def _phrases(asked: Sequence[Asked], words: Sequence[str], weights: WordWeights) -> Iterator[Asked]:
    """What words that stand together are called: "shortest path" is dijkstra."""
    told = [(one.word, stem(one.english)) for one in asked]
    for word, called in called_together(told, words):
        terms = tuple(Term(text=term, weight=1.0) for term in called)
        yield Asked(word=word, english=called[0], terms=terms, weight=weights.phrase)


def _terms(weights: Mapping[str, float]) -> Sequence[Term]:
    untold = stop_words()
    return tuple(Term(text=text, weight=weight) for text, weight in weights.items() if text not in untold)


def _distinct(asked: Sequence[Asked]) -> Sequence[Asked]:
    return tuple({one.terms: one for one in reversed(asked) if one.terms}.values())[::-1]
