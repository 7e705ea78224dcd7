"""The lexical baselines: words that occur, BM25 over words as written, BM25 over split and stemmed words in fields."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import Stemmer

from bench.search.corpus import Corpus, Place

Search = Callable[[str], Sequence[Place]]
_K1, _B = 1.2, 0.75
_WORD = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_STEMMER = Stemmer.Stemmer("english")
# The usual choice: a hit in a name says more than one in a body.
_FIELDS: Mapping[str, float] = {"symbol": 3.0, "path": 1.0, "comment": 1.0, "code": 1.0}


def words(text: str) -> Sequence[str]:
    """As written, small letters."""
    return _WORD.findall(text.lower())


# Those of Lucene's EnglishAnalyzer, so that the baseline is what one gets elsewhere.
_STOPPED = frozenset(
    words(
        "a an and are as at be but by for if in into is it no not of on or such that the their then there these they "
        "this to was will with"
    )
)


def stems(text: str) -> Sequence[str]:
    """Identifiers in their parts, stemmed, without the commonest words."""
    parts = (part.lower() for part in _PART.findall(text))
    stemmed: Sequence[str] = _STEMMER.stemWords([part for part in parts if part not in _STOPPED])
    return stemmed


def term_match(corpus: Corpus) -> Search:
    """The more of the question's words occur in a piece the better; ties by how often."""
    counts = [Counter(words(place.chunk.content)) for place in corpus.places]

    def search(text: str) -> Sequence[Place]:
        asked = set(words(text))
        scores = {
            number: len(present) + 1e-6 * sum(count[word] for word in present)
            for number, count in enumerate(counts)
            if (present := asked & count.keys())
        }
        return _best(corpus, scores)

    return search


def plain_bm25(corpus: Corpus) -> Search:
    """No splitting, no stems, no fields."""
    return _Bm25.of(corpus, words, lambda place: {"code": place.chunk.content}, {"code": 1.0}).search


def field_bm25(corpus: Corpus) -> Search:
    """Split, stemmed, with fields: what ours is measured against."""
    return _Bm25.of(corpus, stems, _texts, _FIELDS).search


def _texts(place: Place) -> Mapping[str, str]:
    chunk = place.chunk
    return {"symbol": chunk.symbol, "path": place.path, "comment": chunk.comment, "code": chunk.code}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bm25:
    corpus: Corpus
    tokens: Callable[[str], Sequence[str]]
    postings: Mapping[str, Sequence[tuple[int, float]]] = field(repr=False)

    @classmethod
    def of(
        cls,
        corpus: Corpus,
        tokens: Callable[[str], Sequence[str]],
        texts: Callable[[Place], Mapping[str, str]],
        weights: Mapping[str, float],
    ) -> "_Bm25":
        """Term frequencies are normalised in each field by its own mean length, then added by weight (BM25F)."""
        fields = [{name: tokens(text) for name, text in texts(place).items()} for place in corpus.places]
        means = {name: sum(len(each[name]) for each in fields) / max(len(fields), 1) for name in weights}
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, each in enumerate(fields):
            for term, frequency in _frequencies(each, weights, means).items():
                postings[term].append((number, frequency))
        return cls(corpus=corpus, tokens=tokens, postings=postings)

    def search(self, text: str) -> Sequence[Place]:
        scores: dict[int, float] = defaultdict(float)
        for term in set(self.tokens(text)):
            rows = self.postings.get(term, ())
            rarity = math.log(1 + (len(self.corpus.places) - len(rows) + 0.5) / (len(rows) + 0.5))
            for number, frequency in rows:
                scores[number] += rarity * frequency * (_K1 + 1) / (frequency + _K1)
        return _best(self.corpus, scores)


def _frequencies(
    fields: Mapping[str, Iterable[str]], weights: Mapping[str, float], means: Mapping[str, float]
) -> Mapping[str, float]:
    found: dict[str, float] = defaultdict(float)
    for name, tokens in fields.items():
        counts = Counter(tokens)
        length = counts.total() / means[name] if means[name] else 1.0
        for term, count in counts.items():
            found[term] += weights[name] * count / (1 - _B + _B * length)
    return found


def _best(corpus: Corpus, scores: Mapping[int, float]) -> Sequence[Place]:
    order = sorted(scores, key=lambda number: (-scores[number], number))
    return [corpus.places[number] for number in order]
