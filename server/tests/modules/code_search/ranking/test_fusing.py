"""Weights of signals by form and kind."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nexy.config.code_ranking_section import RankingConfig
from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.model import ChunkKind
from nexy.modules.code_search.ranking.fusing import fuse, held_back, mix_of
from nexy.modules.code_search.ranking.question import QuestionForm
from nexy.modules.code_search.ranking.signals import Candidates, Signal
from support.code_index import indexed, piece, source

CONFIG = RankingConfig()
NOTHING = frozenset[Signal]()


@pytest.mark.parametrize("form", QuestionForm)
@pytest.mark.parametrize("kind", SearchKind)
def test_weights_add_up_to_one(form: QuestionForm, kind: SearchKind) -> None:
    """So a place that every signal speaks for has the score 1."""
    assert mix_of(form, kind, CONFIG, without=NOTHING).weights.sum() == pytest.approx(1)


def test_a_kind_keeps_to_its_signals() -> None:
    """Keywords know no meaning, and meaning no keywords."""
    keyword = mix_of(QuestionForm.SENTENCE, SearchKind.KEYWORD, CONFIG, without=NOTHING).signals
    assert Signal.LEXICAL in keyword
    assert Signal.VECTORS not in keyword
    semantic = mix_of(QuestionForm.SENTENCE, SearchKind.SEMANTIC, CONFIG, without=NOTHING).signals
    assert semantic == [Signal.VECTORS]


def test_a_silent_signal_leaves_its_place_to_the_others() -> None:
    """Without vectors a semantic search goes by words."""
    mix = mix_of(QuestionForm.SENTENCE, SearchKind.SEMANTIC, CONFIG, without=frozenset((Signal.VECTORS,)))
    assert mix.weights[Signal.VECTORS] == 0
    assert mix.weights[Signal.LEXICAL] > 0


def test_the_section_names_every_signal() -> None:
    """No signal is left without a weight."""
    for form in QuestionForm:
        mix = mix_of(form, SearchKind.HYBRID, CONFIG, without=NOTHING)
        assert len(mix.weights) == len(Signal)


def test_a_weight_of_zero_takes_a_signal_out() -> None:
    """That is how a gain is measured."""
    config = replace(CONFIG, sentence=replace(CONFIG.sentence, graph=0.0))
    assert Signal.GRAPH not in mix_of(QuestionForm.SENTENCE, SearchKind.HYBRID, config, without=NOTHING).signals


def test_tests_generated_files_and_leftovers_are_held_back(tmp_path: Path) -> None:
    """A function of the project itself is not."""
    index = indexed(
        tmp_path,
        source("a.py", piece("run"), piece(code="x = 1"), piece("Box", kind=ChunkKind.CLASS)),
        source("test_a.py", piece("test_run"), is_test=True),
        source("made.py", piece("made"), is_generated=True),
    )
    factors = held_back(np.arange(5, dtype=np.uint32), np.zeros(5, np.bool_), index, CONFIG.damping)
    held = CONFIG.damping
    expected = [1, held.leftovers, held.classes, held.tests, held.generated]
    assert factors == pytest.approx(np.array(expected), rel=1e-5)


def test_who_names_a_class_or_a_leftover_wants_it(tmp_path: Path) -> None:
    """What is named is not held back for its kind, only for lying in a test."""
    files = source("a.py", piece("Box", kind=ChunkKind.CLASS)), source("t.py", piece("test_a"), is_test=True)
    factors = held_back(np.arange(2, dtype=np.uint32), np.ones(2, np.bool_), indexed(tmp_path, *files), CONFIG.damping)
    assert factors == pytest.approx(np.array([1, CONFIG.damping.tests]), rel=1e-5)


def test_a_sentence_that_mentions_a_class_asks_for_its_functions() -> None:
    """Only a name or a path alone lifts what holds a kind back."""
    spared = {form: mix_of(form, SearchKind.HYBRID, CONFIG, without=NOTHING).spares_named for form in QuestionForm}
    assert spared == {QuestionForm.SENTENCE: False, QuestionForm.IDENTIFIER: True, QuestionForm.PATH: True}


def test_scores_stay_between_0_and_1(tmp_path: Path) -> None:
    """Whatever the signals say."""
    index = indexed(tmp_path, source("a.py", piece("run"), piece("stop")))
    signals = np.array([[2.0] * len(Signal), [0.0] * len(Signal)], np.float32)
    candidates = Candidates(documents=np.arange(2, dtype=np.uint32), signals=signals, matched=2)
    mix = mix_of(QuestionForm.SENTENCE, SearchKind.HYBRID, CONFIG, without=NOTHING)
    assert fuse(candidates, index, mix, CONFIG.damping).tolist() == [1.0, 0.0]
