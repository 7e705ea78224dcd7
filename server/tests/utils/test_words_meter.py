"""What a turn's calls cost where nobody counted them."""

from dataclasses import replace

import pytest

from nexy.contracts.words import WordsBegun, WordsDelta, WordsEvent, WordsUsage
from nexy.utils.words_meter import WordsMeter, estimated_tokens, summed

ASKED = ("s" * 400, "p" * 40)
COUNTED = WordsUsage(provider="openai", model="gpt", input_tokens=7, output_tokens=3, request_id="r")


def begun(provider: str = "openai", pictures: int = 0, *, free: bool = False) -> WordsBegun:
    return WordsBegun(provider=provider, model="gpt", asked=ASKED, pictures=pictures, free=free)


def measured(*events: WordsEvent) -> list[WordsUsage]:
    meter = WordsMeter()
    for event in events:
        meter.note(event)
    assert meter.calls == meter.calls
    return list(meter.calls)


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("a", 1), ("four" * 10, 10), ("Привет", 3), ("שלום", 2), ("да yes ", 3)]
)
def test_other_scripts_are_more_tokens(text: str, tokens: int) -> None:
    """Four characters of ASCII or two of another script are about a token; a part of one is one."""
    assert estimated_tokens(text) == tokens


def test_what_the_provider_counted_is_what_counts() -> None:
    """Its count takes the place of any guess."""
    assert measured(begun(), WordsDelta(text="Hello"), COUNTED) == [COUNTED]


def test_a_cut_answer_is_estimated_from_what_was_asked_and_heard() -> None:
    """Question, instructions, picture and the words until the cut; the row says that it is a guess."""
    (used,) = measured(begun(pictures=1), WordsDelta(text="x" * 10), WordsDelta(text="x" * 10))
    assert (used.input_tokens, used.output_tokens, used.estimated) == (110 + 1000, 5, True)
    assert (used.provider, used.model) == ("openai", "gpt")


def test_an_answer_cut_before_its_first_word_cost_its_question() -> None:
    """The provider had begun to think."""
    assert [(used.input_tokens, used.output_tokens) for used in measured(begun())] == [(110, 0)]


def test_a_provider_that_took_over_leaves_the_first_ones_guess() -> None:
    """The one that died first is estimated with its own words, the next one has counted."""
    first, second = measured(begun("claude"), WordsDelta(text="    "), begun(), WordsDelta(text="Hi"), COUNTED)
    assert (first.provider, first.output_tokens, first.estimated) == ("claude", 1, True)
    assert second == COUNTED


def test_what_is_free_is_never_a_guess() -> None:
    """A cut answer of the offline brain leaves nothing, and its words are nobody else's."""
    assert measured(begun(free=True), WordsDelta(text="Hi")) == []
    (only,) = measured(begun(), begun("offline", free=True), WordsDelta(text="Hi there"))
    assert (only.provider, only.output_tokens) == ("openai", 0)


def test_words_without_a_provider_cost_nothing() -> None:
    """The server's own words (a thing forgotten, say) are no call."""
    assert measured(WordsDelta(text="Forgotten.")) == []


def test_calls_are_summed_by_provider_and_model() -> None:
    """One estimate makes the sum one; whose request it was is told of none."""
    first = WordsUsage(provider="a", model="m", input_tokens=1, output_tokens=2, request_id="r1", cache_read_tokens=1)
    other = WordsUsage(provider="b", model="m", input_tokens=9, output_tokens=0)
    more = replace(first, input_tokens=4, request_id="r2", estimated=True, cache_write_tokens=3)
    assert summed([first, other, more]) == (
        WordsUsage(provider="a", model="m", input_tokens=5, output_tokens=4, estimated=True, cache_read_tokens=2,
                   cache_write_tokens=3),
        other,
    )  # fmt: skip
    assert summed([]) == ()
