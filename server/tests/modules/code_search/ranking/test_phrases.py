"""Words that stand together."""

import pytest

from nexy.modules.code_search.ranking.phrases import called_together, verb_at
from nexy.modules.code_search.terms.stemming import stem


@pytest.mark.parametrize("phrase", ["log in", "Log into", "sign in", "log on", "logged in", "signing in"])
def test_a_verb_with_its_particle_is_one_word(phrase: str) -> None:
    """Though the particle alone tells nothing."""
    words = ["users", *phrase.split()]
    found = verb_at(words, 1)
    assert found is not None
    assert {"login", "signin"} <= set(found[1])
    assert verb_at(words, 0) is None


@pytest.mark.parametrize("text", ["log the", "log", "in", "shortest path", ""])
def test_other_words_are_no_such_verb(text: str) -> None:
    """Two words that tell something, and one alone."""
    assert verb_at(text.split(), 0) is None


def _called(text: str, *told: str) -> dict[str, tuple[str, ...]]:
    return dict(called_together([(word, stem(word)) for word in told], text.split()))


def test_words_that_tell_nothing_may_stand_between() -> None:
    """“Day of the week” is day and week to a search."""
    assert _called("day of the week", "day", "week") == {"day week": ("weekday",)}


def test_words_that_tell_nothing_may_be_a_part() -> None:
    """“End of file” has a name of its own."""
    assert _called("end of file", "end", "file")["end of file"] == ("eof",)


def test_a_phrase_comes_once() -> None:
    """Read with and without the words that tell nothing it is the same."""
    assert list(called_together([("shortest", stem("shortest")), ("path", "path")], ["shortest", "path"])) == [
        ("shortest path", (stem("dijkstra"),))
    ]


def test_a_verb_is_left_to_whoever_reads_verbs() -> None:
    """Otherwise it would count twice."""
    assert not _called("log in", "log")
