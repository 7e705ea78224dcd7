"""The cutter: nothing lost, nothing empty, no look-ahead beyond need, the same pieces for every chunking."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.sections import SentencesConfig
from nexy.modules.text_filtering.cutter import SentenceCutter

# Characters and snippets that meet a rule, so that random text runs into all of them.
MARKS = [*".!?…\n\r\t ,;:—-*_`~#|>()[]\"'«»“”", "```", "~~~\n", "\n```", " - ", "1. "]
WORDS = ["т. е. ", "U.S. ", "Mr. ", "г. ", "Он ", "The ", "Привет", "word", "א. ", "ש", "3.14", "a.b", "É"]
ODDITIES = ["😀", "👍🏽", "\u200b", "\u0301", "\ud800", "\x00", "\x85", "\u2028", "\u00a0"]
SNIPPETS = st.sampled_from(MARKS + WORDS + ODDITIES)
TEXTS = st.one_of(st.lists(SNIPPETS, max_size=60).map("".join), st.text(st.characters(), max_size=80))
SECTIONS = st.builds(
    SentencesConfig,
    first_piece_min_words=st.integers(1, 5),
    max_piece_characters=st.sampled_from([40, 45, 300]),
)


def feed_all(cutter: SentenceCutter, chunks: Sequence[str]) -> list[str]:
    return [piece for chunk in chunks for piece in cutter.feed(chunk)]


def chunked(text: str, sizes: Sequence[int]) -> list[str]:
    chunks: list[str] = []
    at = 0
    while at < len(text):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(text[at : at + size])
        at += size
    return chunks


def pieces_of(section: SentencesConfig, chunks: Sequence[str]) -> list[str]:
    cutter = SentenceCutter(section)
    return [*feed_all(cutter, chunks), *cutter.finish()]


@given(text=TEXTS, section=SECTIONS, sizes=st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_joined_pieces_are_the_text_whatever_the_chunking(
    text: str, section: SentencesConfig, sizes: list[int]
) -> None:
    """Any text in any chunks comes out whole, in pieces that are not empty, not too long and always the same."""
    pieces = pieces_of(section, chunked(text, sizes))
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= section.max_piece_characters for piece in pieces)
    assert pieces == pieces_of(section, [text])


@given(chunks=st.lists(TEXTS, max_size=12), pauses=st.sets(st.integers(0, 11)), section=SECTIONS)
def test_pauses_lose_nothing(chunks: list[str], pauses: set[int], section: SentencesConfig) -> None:
    """With pauses at any places the joined pieces are still the text, and none is empty."""
    cutter = SentenceCutter(section)
    pieces: list[str] = []
    for index, chunk in enumerate(chunks):
        pieces += cutter.feed(chunk)
        if index in pauses:
            pieces += cutter.release()
    pieces += cutter.finish()
    assert "".join(pieces) == "".join(chunks)
    assert all(pieces)


@pytest.mark.parametrize(
    ("before", "decides", "pieces"),
    [
        ("Готово", "\n", ["Готово\n"]),
        ("Готово!", " ", ["Готово! "]),
        ("Really?", " ", ["Really? "]),
        ("Готово. ", "Д", ["Готово. "]),
        ("Pi is 3. ", "T", ["Pi is 3. "]),
        ("«Да!» ", "О", ["«Да!» "]),
        ("Well... ", "L", ["Well... "]),
        ("I live in the U.S. How", " ", ["I live in the U.S. "]),
        ("Раз два три четыре,", " ", ["Раз два три четыре, "]),
        ("סוף. ", "ש", ["סוף. "]),
    ],
)
def test_the_deciding_character_cuts(before: str, decides: str, pieces: list[str]) -> None:
    """A piece comes out with exactly the character that makes its end sure, not one later."""
    cutter = SentenceCutter(SentencesConfig())
    assert feed_all(cutter, [*before]) == []
    assert list(cutter.feed(decides)) == pieces


@pytest.mark.parametrize("text", ["3.", "Mr. S", "т. е. В", "https://a.b", "`a. B", "# 1. What? Why! ", "... Ну"])
def test_what_is_not_sure_waits(text: str) -> None:
    """An end that the next characters may disprove is not cut."""
    cutter = SentenceCutter(SentencesConfig(first_piece_min_words=100))
    assert feed_all(cutter, [text]) == []
    assert list(cutter.finish()) == [text]


def test_only_the_first_piece_ends_at_a_comma() -> None:
    """The first piece may end at a clause mark once it has enough words; later ones are whole sentences."""
    pieces = pieces_of(SentencesConfig(first_piece_min_words=2), ["One, two three, four, five. Six, seven, eight."])
    assert pieces == ["One, two three, ", "four, five. ", "Six, seven, eight."]


@pytest.mark.parametrize("text", ["Да", "Да.", "Да. Да. Да.", "Раз. И", "Ok! ok! ok!"])
def test_short_and_repeated_sentences_all_come_out(text: str) -> None:
    """One-word answers, short last sentences and repetitions are kept."""
    assert "".join(pieces_of(SentencesConfig(), [*text])) == text
    assert len(pieces_of(SentencesConfig(), [*text])) == len(text.split())


def test_long_text_is_cut_at_a_clause_then_a_space_then_hard() -> None:
    """A piece that grows too long ends at the best place it has."""
    section = SentencesConfig(first_piece_min_words=1000, max_piece_characters=40)
    clause = "one two three four five six, seven eight nine"
    assert pieces_of(section, [clause])[0] == "one two three four five six, "
    assert pieces_of(section, [clause.replace(",", "")])[0] == "one two three four five six seven eight "
    assert pieces_of(section, ["x" * 90]) == ["x" * 40, "x" * 40, "x" * 10]


def test_holds_text_until_it_is_cut() -> None:
    """The cutter says whether something is still held back."""
    cutter = SentenceCutter(SentencesConfig())
    assert not cutter.holds_text
    cutter.feed("Да")
    assert cutter.holds_text
    cutter.feed("!\n")
    assert not cutter.holds_text
    assert list(cutter.finish()) == []


def test_a_large_input_in_one_go_is_cut_like_a_stream() -> None:
    """A megabyte in one call gives the same pieces as its sentences one by one."""
    sentence = "Это предложение номер 3.14, т.е. обычное. "
    count = 2 * 1024 * 1024 // len(sentence.encode())
    pieces = pieces_of(SentencesConfig(first_piece_min_words=1000), [sentence * count])
    assert pieces == [sentence] * count
