"""One score out of many signals: their mean by the weights of the question's form, held back where it must be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from nexy.config.code_ranking_section import Damping, RankingConfig, SentenceSignals
from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.model import ChunkKind
from nexy.modules.code_search.postings.asking import Documents, Mask, Singles
from nexy.modules.code_search.postings.forward import KINDS
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.ranking.question import QuestionForm
from nexy.modules.code_search.ranking.signals import Candidates, Signal

_MEANING = frozenset((Signal.VECTORS,))
_GRAPH = frozenset((Signal.GRAPH, Signal.PRIOR))
# What is asked for by name is found whatever the kind.
_NAMED = frozenset((Signal.EXACT, Signal.PATH))
_TAKING_PART: Mapping[SearchKind, frozenset[Signal]] = {
    SearchKind.HYBRID: frozenset(Signal),
    SearchKind.KEYWORD: frozenset(Signal) - _MEANING - _GRAPH,
    SearchKind.SEMANTIC: _MEANING,
    SearchKind.GRAPH: _GRAPH | _NAMED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The weight of each signal (S); those that take no part have 0. They add up to 1.

    `spares_named`: what the question names is not held back for its kind.
    """

    weights: Singles
    spares_named: bool

    @property
    def signals(self) -> Sequence[Signal]:
        """Which take part."""
        return [signal for signal in Signal if self.weights[signal] > 0]


def mix_of(form: QuestionForm, kind: SearchKind, config: RankingConfig, *, without: frozenset[Signal]) -> Mix:
    """The weights for a form of question; a signal is `without` where it cannot speak, and the others fill its place.

    A search by meaning or along the graph in which none can speak goes by everything else.
    """
    chosen = _weights(config, form)
    part = _TAKING_PART[kind] - without
    weights = np.array([chosen[signal] if signal in part else 0.0 for signal in Signal], np.float32)
    if not weights.any():
        weights = np.array([0.0 if signal in without else chosen[signal] for signal in Signal], np.float32)
    # A sentence that mentions a class mostly asks for what is done with it.
    return Mix(weights=weights / max(float(weights.sum()), 1e-6), spares_named=form is not QuestionForm.SENTENCE)


def _weights(config: RankingConfig, form: QuestionForm) -> Mapping[Signal, float]:
    by_form: Mapping[QuestionForm, SentenceSignals] = {
        QuestionForm.SENTENCE: config.sentence,
        QuestionForm.IDENTIFIER: config.identifier,
        QuestionForm.PATH: config.path,
    }
    chosen = by_form[form]
    return {Signal[key.name.upper()]: float(getattr(chosen, key.name)) for key in fields(chosen)}


def fuse(candidates: Candidates, index: MappedIndex, mix: Mix, damping: Damping) -> Singles:
    """The score of each candidate (N), 0 to 1."""
    named: Mask = np.maximum(candidates.signals[:, Signal.EXACT], candidates.signals[:, Signal.PATH]) > 0
    named &= mix.spares_named
    scores: Singles = (candidates.signals @ mix.weights) * held_back(candidates.documents, named, index, damping)
    return np.clip(scores, 0, 1)


def held_back(documents: Documents, named: Mask, index: MappedIndex, damping: Damping) -> Singles:
    """What the score of each document (N) is multiplied by; who names a class or a leftover wants it."""
    by_kind = {
        ChunkKind.FUNCTION: 1.0,
        ChunkKind.METHOD: 1.0,
        ChunkKind.CLASS: damping.classes,
        ChunkKind.MODULE: damping.leftovers,
        ChunkKind.TEXT: damping.text,
    }
    factors = np.array([by_kind[kind] for kind in KINDS], np.float32)[index.kinds[documents]]
    factors[named] = 1
    factors[index.tests[documents]] *= damping.tests
    factors[index.generated[documents]] *= damping.generated
    held: Singles = factors
    return held
