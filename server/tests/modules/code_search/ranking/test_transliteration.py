"""Russian words in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.ranking.transliteration import spellings_of


@pytest.mark.parametrize(
    ("word", "english"),
    [("парсер", "parser"), ("роутер", "router"), ("фетчер", "fetcher"), ("коннектор", "connector"),
     ("джоб", "job"), ("индекс", "index"), ("токен", "token"), ("хук", "hook")],
)  # fmt: skip
def test_a_borrowed_word_is_found_among_its_spellings(word: str, english: str) -> None:
    """Whoever writes an English word with Russian letters reaches the English one."""
    assert english in spellings_of(word, 24)


def test_the_plainest_spelling_comes_first() -> None:
    """Letter by letter is the likeliest."""
    assert spellings_of("логгер", 5)[0] == "logger"


def test_other_scripts_have_no_spelling() -> None:
    """Nothing is guessed where a letter is not Russian."""
    assert spellings_of("парser", 5) == ()
    assert spellings_of("", 5) == ()


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=60), st.integers(0, 30))
def test_spellings_are_bounded_and_distinct(word: str, most: int) -> None:
    """However long the word, no more than asked for are made, and none twice."""
    spelt = spellings_of(word, most)
    assert len(spelt) <= most
    assert len(set(spelt)) == len(spelt)
    assert all(one.isascii() for one in spelt)
