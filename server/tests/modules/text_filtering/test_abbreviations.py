"""What a full stop after a word means."""

import pytest

from nexy.modules.text_filtering.abbreviations import LONGEST_OPENER, OPENERS, Stop, is_whole_word, stop_after


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Mr", Stop.NEVER),
        ("т.е", Stop.NEVER),
        ("проф", Stop.NEVER),
        ("etc", Stop.BEFORE_CAPITAL),
        ("т.д", Stop.BEFORE_CAPITAL),
        ("U.S", Stop.BEFORE_OPENER),
        ("p.m", Stop.BEFORE_OPENER),
        ("г", Stop.BEFORE_OPENER),
        ("А", Stop.BEFORE_OPENER),
        ("א", Stop.BEFORE_OPENER),
        ("дом", Stop.ORDINARY),
        ("main.py", Stop.ORDINARY),
        ("2020", Stop.ORDINARY),
        ("5", Stop.ORDINARY),
        ("", Stop.ORDINARY),
    ],
)
def test_stop_after(word: str, kind: Stop) -> None:
    """The word alone tells what must follow its stop."""
    assert stop_after(word) is kind


@pytest.mark.parametrize(("word", "whole"), [("потом", True), ("дела", True), ("англ", False), ("so", False)])
def test_is_whole_word(word: str, whole: bool) -> None:
    """Words that are long or end in a vowel are hardly abbreviations."""
    assert is_whole_word(word) is whole
    assert not is_whole_word(word + "1")


def test_openers_are_lower_case() -> None:
    """They are compared in lower case, and the look-ahead is bounded by the longest."""
    assert all(word == word.lower() for word in OPENERS)
    assert LONGEST_OPENER <= 10
