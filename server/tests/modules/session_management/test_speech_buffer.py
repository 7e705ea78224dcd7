"""COLLECT: pieces of speech become one prompt and no word is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.sections import SessionsConfig
from nexy.contracts.errors import StreamLimitExceeded, TooLarge
from nexy.modules.session_management.speech_buffer import SpeechBuffers, merge_speech
from support.clock import FakeClock


@pytest.mark.parametrize(
    ("buffered", "new", "merged"),
    [
        ("I know", "no", "I know no"),
        ("yes yes", "yes", "yes yes yes"),
        ("a", "apples", "a apples"),
        ("open", "open Safari", "open Safari"),
        ("open Saf", "open Safari", "open Saf open Safari"),
        ("open", " open Safari ", " open Safari "),
        ("открой", "открой Телеграм", "открой Телеграм"),
        ("Hello.", "World", "Hello. World"),
        ("hello", ", world", "hello, world"),
        ("hello ", "world", "hello world"),
        ("hello", " world", "hello world"),
        ("", "hello", "hello"),
        ("hello", "", "hello"),
        ("caf\u00e9", "cafe\u0301 latte", "caf\u00e9 latte"),
        ("don", "don't", "don don't"),
        ("שלום", "שלום עולם", "שלום עולם"),
    ],
)
def test_merge(buffered: str, new: str, merged: str) -> None:
    """A snapshot replaces at a word boundary, everything else is appended whole."""
    assert merge_speech(buffered, new) == merged


WORDS = st.lists(st.text("abcяב", min_size=1, max_size=4), min_size=1, max_size=6).map(" ".join)


@given(WORDS, WORDS)
def test_no_word_is_ever_lost(buffered: str, new: str) -> None:
    """Every word of both pieces stands in the merge, in order, unless the new piece already held them all."""
    merged = merge_speech(buffered, new).split()
    assert merged in (buffered.split() + new.split(), new.split())
    if merged == new.split():
        assert new.split()[: len(buffered.split())] == buffered.split()


def buffers(**values: float) -> tuple[SpeechBuffers, FakeClock]:
    clock = FakeClock()
    return SpeechBuffers(SessionsConfig(**values), clock), clock  # type: ignore[arg-type]


def test_old_sequence_numbers_are_dropped() -> None:
    """Only a greater chunk_seq is taken; a repeat or an older one changes nothing."""
    pieces, _ = buffers()
    for seq, text in ((1, "one"), (3, "three"), (2, "two"), (3, "three"), (4, "four")):
        pieces.collect("mac", "s", seq, text)
    assert pieces.take("mac", "s", "") == "one three four"


def test_zero_repeats_while_all_were_zero() -> None:
    """Clients without sequence numbers are heard in arrival order; after a real number 0 is old."""
    pieces, _ = buffers()
    for seq, text in ((0, "one"), (0, "two"), (5, "five"), (0, "late")):
        pieces.collect("mac", "s", seq, text)
    assert pieces.take("mac", "s", "") == "one two five"


def test_take_empties_the_buffer_of_this_pair_only() -> None:
    """A second COMMIT finds nothing; other devices and sessions keep theirs."""
    pieces, _ = buffers()
    pieces.collect("mac", "s", 0, "mine")
    pieces.collect("other", "s", 0, "theirs")
    assert pieces.take("mac", "s", "please") == "mine please"
    assert pieces.take("mac", "s", "") == ""
    assert pieces.take("other", "s", "") == "theirs"


def test_buffers_expire() -> None:
    """A buffer that nobody touched for its time to live is gone."""
    pieces, clock = buffers(buffer_ttl_seconds=10)
    pieces.collect("mac", "s", 0, "old")
    clock.advance(11)
    assert pieces.take("mac", "s", "") == ""
    assert pieces.count() == 0


def test_size_is_bounded_and_what_was_said_is_kept() -> None:
    """A piece too many is refused by name, and the buffer stays as it was."""
    pieces, _ = buffers(buffer_max_characters=10)
    pieces.collect("mac", "s", 1, "12345678")
    with pytest.raises(TooLarge) as caught:
        pieces.collect("mac", "s", 2, "90123")
    assert caught.value.field == "chunk_text"
    assert pieces.take("mac", "s", "") == "12345678"


def test_number_of_buffers_is_bounded() -> None:
    """One session too many is refused until another one is taken."""
    pieces, _ = buffers(max_buffers=1)
    pieces.collect("mac", "a", 0, "one")
    with pytest.raises(StreamLimitExceeded):
        pieces.collect("mac", "b", 0, "two")
    pieces.take("mac", "a", "")
    pieces.collect("mac", "b", 0, "two")
    assert pieces.count() == 1
