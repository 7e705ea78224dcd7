"""A question of one word: what holds the word itself comes before all that only stands for it or lies near it."""

from collections.abc import Sequence

import numpy as np

from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.postings.asking import Mask, Singles
from nexy.modules.code_search.ranking.phrases import verb_at
from nexy.modules.code_search.ranking.question import Question
from nexy.modules.code_search.terms.hashing import hash_of
from nexy.modules.code_search.terms.terms import terms_of

# Who searches by meaning or along the graph wants more than the word.
_BY_WORDS = frozenset((SearchKind.HYBRID, SearchKind.KEYWORD))
# So far below the last that holds the word the first stays that does not.
_BELOW = 0.99


def literal_of(question: Question, kind: SearchKind) -> int:
    """The hash of the only word asked for; 0 where there are several.

    It is 0 for a path too, and for Russian, which code seldom holds.
    """
    if kind not in _BY_WORDS or question.language != "en" or question.paths:
        return 0
    terms, words = terms_of(question.text), question.text.split()
    # "log in" has one word that tells something, and does not mean it.
    if len(terms) != 1 or any(verb_at(words, at) for at in range(len(words))):
        return 0
    return hash_of(terms[0])


def literal_first(scores: Sequence[Singles], literal: Sequence[Mask | None]) -> Sequence[Singles]:
    """The scores of several indexes (N each); where `literal` (N) is no, lowered together, so that order stays."""
    pairs = [(some, holds) for some, holds in zip(scores, literal, strict=True) if holds is not None]
    with_word = np.concatenate([some[holds & (some > 0)] for some, holds in pairs] or [np.zeros(0, np.float32)])
    without = np.concatenate([some[~holds] for some, holds in pairs] or [np.zeros(0, np.float32)])
    if not len(with_word) or not len(without) or without.max() < with_word.min():
        return scores
    factor = np.float32(_BELOW * with_word.min() / without.max())
    return [
        some if holds is None else np.where(holds, some, some * factor)
        for some, holds in zip(scores, literal, strict=True)
    ]
