"""Marks in a text."""

from hypothesis import given
from hypothesis import strategies as st

from nexy.config.code_ranking_section import WordWeights
from nexy.modules.code_search.ranking.marks import marks_in
from nexy.modules.code_search.ranking.question import read_question

WEIGHTS = WordWeights()


def _marked(content: str, text: str, most: int = 200) -> list[str]:
    return [content[start:end] for start, end in marks_in(content, read_question(text, WEIGHTS), most)]


def test_words_of_the_question_are_marked_in_any_spelling() -> None:
    """Parts of identifiers count, and so do other forms."""
    assert _marked("def parseHeader(headers, cfg):", "parse the header of a config") == [
        "parseHeader",
        "headers",
        "cfg",
    ]


def test_a_russian_question_marks_english_words() -> None:
    """What was found is what is marked."""
    assert _marked("close(socket)", "закрыть сокет") == ["close", "socket"]


def test_nothing_asked_for_is_not_marked() -> None:
    """Other words stay as they are."""
    assert _marked("open(file)", "socket") == []


def test_no_more_than_the_most_are_marked() -> None:
    """A page of one word does not make a page of marks."""
    assert len(_marked("socket " * 50, "socket", 7)) == 7


@given(st.text(max_size=200), st.text(max_size=60))
def test_marks_are_in_order_and_apart(content: str, text: str) -> None:
    """They can be put into the text from its end."""
    ends = 0
    for start, end in marks_in(content, read_question(text, WEIGHTS)):
        assert ends <= start < end <= len(content)
        ends = end


def test_a_word_longer_than_any_is_not_looked_into() -> None:
    """A line of data is no word, even where it begins with one."""
    assert _marked("socket" + "x" * 500, "socket") == []


def test_words_that_stand_for_the_asked_ones_are_marked() -> None:
    """One sees why a place without the word was found."""
    assert _marked("remove(user)", "delete the user") == ["remove", "user"]


def test_a_phrase_marks_the_name_that_it_has() -> None:
    """What the trade abbreviates is what was asked for."""
    assert "dijkstra" in _marked("fn dijkstra(graph)", "shortest path in a graph")
