"""How much an answer may hold."""

import pytest

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import ToolCallDelta
from nexy.contracts.errors import TooLarge, Unavailable
from nexy.contracts.words import WordsDelta
from nexy.modules.ai_router.exchange.bounds import Bounds

LIMITS = WordsConfig(max_line_bytes=1024, max_answer_bytes=1024)
CALL = ToolCallDelta(index=0, id="a", name="f")


def test_one_delta_and_the_calls_after_it() -> None:
    """All words of a chunk are one delta; nothing is nothing."""
    bounds = Bounds(LIMITS)
    assert bounds.admit("Hi", [CALL], 10) == [WordsDelta(text="Hi"), CALL]
    assert bounds.admit("", [CALL], 10) == [CALL]
    assert bounds.admit("", [], 10) == []


def test_blanks_are_given_out_and_are_no_content() -> None:
    """Blanks belong to the answer, but a server that sends nothing else says nothing."""
    bounds = Bounds(LIMITS)
    assert bounds.admit(" \n", [], 1000) == [WordsDelta(text=" \n")]
    with pytest.raises(Unavailable) as caught:
        bounds.admit(" \n", [], 1000)
    assert caught.value.code == "provider_garbage"


@pytest.mark.parametrize(("words", "calls"), [("word", []), ("", [CALL])])
def test_content_starts_the_silence_anew(words: str, calls: list[ToolCallDelta]) -> None:
    """Words and calls alike."""
    bounds = Bounds(LIMITS)
    for _ in range(5):
        bounds.admit("", [], 1000)
        bounds.admit(words, calls, 1000)


def test_words_and_calls_are_bounded_together() -> None:
    """Bytes of UTF-8 count, and a call costs something even where it says nothing."""
    bounds = Bounds(LIMITS)
    bounds.admit("а" * 500, [], 1)
    bounds.admit("", [ToolCallDelta(index=0)] * 20, 1)
    with pytest.raises(TooLarge) as caught:
        bounds.admit("", [ToolCallDelta(index=0, arguments="12345")], 1)
    assert caught.value.code == "provider_answer_too_large"
