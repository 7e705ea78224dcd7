"""Russian questions as they are put: what they are read as in English."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from nexy.config.code_ranking_section import WordWeights
from nexy.modules.code_search.ranking.wording import words_of
from nexy.modules.code_search.terms.stemming import stem
from nexy.modules.code_search.terms.stop_words import stop_words

WEIGHTS = WordWeights()
_READINGS = Path(__file__).with_name("russian_readings.txt")


def _lines() -> Sequence[str]:
    lines = _READINGS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _missing(question: str, needed: str) -> Sequence[str]:
    terms = {term.text for one in words_of(question, WEIGHTS) for term in one.terms}
    return [word for word in _telling(needed) if not terms & {stem(other) for other in word.split("|")}]


def _telling(needed: str) -> Sequence[str]:
    """Without what no search compares, like "function"."""
    return [word for word in needed.split() if not stop_words() & set(word.split("|"))]


@pytest.mark.parametrize("line", _lines())
def test_a_russian_question_is_read_as_english(line: str) -> None:
    """Every English word that it stands for is among what is asked for."""
    question, _, needed = line.partition(":")
    assert not _missing(question, needed)
