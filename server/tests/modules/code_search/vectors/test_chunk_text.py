"""What a vector is made of."""

import pytest

from nexy.modules.code_search.vectors.chunk_text import chunk_text, plain_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Session.closeAll", "session close all"),
        ("HTTPServer2.parse_url", "http server2 parse url"),
        ("__init__", "init"),
        ("", ""),
        ("разборФайла", "разборфайла"),
    ],
)
def test_identifiers_become_words(name: str, words: str) -> None:
    """Humps, points and underscores part words."""
    assert plain_words(name) == words


def test_the_words_of_the_symbol_stand_before_the_code() -> None:
    """The code comes without its layout."""
    text = chunk_text("Pool.getOne", "def getOne(self):\n    return  1\n")
    assert text == "pool get one: def getOne(self): return 1"


def test_a_piece_without_a_symbol_is_its_code() -> None:
    """Leftovers, and prose."""
    assert chunk_text("", "How to\n\nstart") == "How to start"


def test_long_code_is_cut() -> None:
    """A megabyte is no more work than a page."""
    assert len(chunk_text("f", "x = 1\n" * 200_000)) == 1200
