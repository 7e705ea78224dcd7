"""Judgements about single marks."""

import re

import pytest

from nexy.modules.text_filtering.boundaries import (
    NOT_HERE,
    UNDECIDED,
    after_clause,
    after_stop,
    overflow_end,
    word_before,
)


def judge(text: str) -> int:
    mark = re.search(r"[.!?…]+", text)
    assert mark is not None
    return after_stop(text, 0, mark, len(text), opens_sentence=True)


@pytest.mark.parametrize("text", ["Да.", "Да. ", "Да.»", "Да.» ", "Да..", "Да!", "Да!)", "Да!) "])
def test_the_end_of_the_text_decides_nothing(text: str) -> None:
    """While the telling character has not come, the judgement waits."""
    assert judge(text) == UNDECIDED


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Да. Н", 4),
        ("Да.   Н", 6),
        ("Да! н", 4),
        ("Да!» н", NOT_HERE),
        ("Да!» — н", NOT_HERE),
        ("Да!» Н", 5),
        ("Да.\u00a0Н", 4),
        ("Да. \n", NOT_HERE),
        ("Да.,", NOT_HERE),
        ("3.1", NOT_HERE),
        ("a?b", NOT_HERE),
        ("конец.Начало", 6),
        ("конец!Начало", 6),
        ("г.Москва", NOT_HERE),
        ("end.Start", NOT_HERE),
        ("1. Тест", NOT_HERE),
        ("2020. Тест", 6),
        ("дела. потом", 6),
        ("англ. потом", NOT_HERE),
    ],
)
def test_after_stop(text: str, end: int) -> None:
    """The end of the piece, or that the sentence goes on."""
    assert judge(text) == end


@pytest.mark.parametrize(
    ("text", "mark", "end"),
    [
        ("a b, c", 3, 5),
        ("a b,", 3, UNDECIDED),
        ("a b,c", 3, NOT_HERE),
        ("a,  c", 1, NOT_HERE),
        ("a b — c", 4, 6),
        ("a b-c", 3, NOT_HERE),
        ("«a b,» c", 4, 7),
        ("a b,\n", 3, NOT_HERE),
    ],
)
def test_after_clause(text: str, mark: int, end: int) -> None:
    """A clause mark ends a piece of two words when space follows."""
    assert after_clause(text, 0, mark, len(text), 2) == end


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("то есть т. е", "т.е"),
        ("(см", "см"),
        ('ארה"ב', 'ארה"ב'),
        ("**Mr", "Mr"),
        ("a ", ""),
        ("", ""),
        ("x" * 50, "x" * 32),
    ],
)
def test_word_before(text: str, word: str) -> None:
    """The last word without its opening marks; abbreviations written apart come together."""
    assert word_before(text, 0, len(text)) == word


def test_overflow_prefers_a_late_clause() -> None:
    """A comma in the first third is too early; then the last space serves."""
    assert overflow_end("one, two three four five", 0, 20) == len("one, two three four ")
    assert overflow_end("one two three, four five", 0, 20) == len("one two three, ")
    assert overflow_end("onetwothreefourfivesix", 0, 20) == 20
