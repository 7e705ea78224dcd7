"""Reasons in a sentence."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from nexy.config.code_ranking_section import RankingConfig
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.ranking.asking import wanted_of
from nexy.modules.code_search.ranking.gathering import Search
from nexy.modules.code_search.ranking.question import read_question
from nexy.modules.code_search.ranking.signals import Signal
from nexy.modules.code_search.ranking.spelling import spelt
from nexy.modules.code_search.ranking.why import parts_of, tell
from support.code_index import indexed, piece, source

CONFIG = RankingConfig()


@pytest.fixture
def index(tmp_path: Path) -> MappedIndex:
    """A function, a test and a generated one."""
    return indexed(
        tmp_path,
        source("net/pool.py", piece("delete_user", code="config.load()", comment="forgets everything")),
        source("test_pool.py", piece("test_user", code="user"), is_test=True),
        source("made.py", piece("user_pb", code="user"), is_generated=True),
    )


def _told(text: str, index: MappedIndex, document: int, *shares: tuple[Signal, float]) -> str:
    return _tell(_search(text, index), index, document, shares)


def _tell(search: Search, index: MappedIndex, document: int, shares: Sequence[tuple[Signal, float]]) -> str:
    return tell(search, index, document, shares, parts_of(search, index, [document])[document])


def _search(text: str, index: MappedIndex, config: RankingConfig = CONFIG) -> Search:
    question = read_question(text, config.words)
    return Search(question=question, wanted=wanted_of(question.asked, [index]), pairs=(), language="", config=config)


def test_words_are_told_with_the_field_they_stand_in(index: MappedIndex) -> None:
    """Each where it counts most."""
    told = _told("delete the user and forget everything", index, 0, (Signal.LEXICAL, 1.0))
    assert "its name says “delete”, “user”" in told or "its name says “user”, “delete”" in told
    assert "its comments say" in told


def test_a_stand_in_is_told_with_what_it_stands_for(index: MappedIndex) -> None:
    """So one sees how a word came in."""
    assert "“delete” for “remove”" in _told("remove it", index, 0, (Signal.LEXICAL, 1.0))
    assert "«delete» вместо «удалить»" in _told("удалить", index, 0, (Signal.LEXICAL, 1.0))


def test_the_weightiest_reason_comes_first(index: MappedIndex) -> None:
    """In the order of the shares."""
    told = _told("user", index, 0, (Signal.VECTORS, 0.6), (Signal.LEXICAL, 0.4))
    assert told.index("alike in meaning") < told.index("its name says")


@pytest.mark.parametrize(
    ("signal", "words"),
    [(Signal.EXACT, "the question names it"), (Signal.PATH, "names its file"), (Signal.JOINED, "in one piece"),
     (Signal.FILE, "rest of its file"), (Signal.GRAPH, "calls or is called"), (Signal.PRIOR, "uses it"),
     (Signal.VECTORS, "alike in meaning")],
)  # fmt: skip
def test_every_signal_has_words(index: MappedIndex, signal: Signal, words: str) -> None:
    """None stays a number."""
    assert words in _told("user", index, 0, (signal, 1.0))


@pytest.mark.parametrize("signal", list(Signal))
def test_a_russian_question_is_told_in_russian(index: MappedIndex, signal: Signal) -> None:
    """Whatever spoke for the place; only words of the code are Latin, and they stand in marks."""
    for document in range(3):
        told = re.sub("«[^»]*»", "", _told("удалить user", index, document, (signal, 1.0)))
        assert re.search("[а-я]", told)
        assert not re.search("[a-zA-Z]", told)


@pytest.mark.parametrize(
    ("asked", "field"), [("забыть", "в комментариях есть"), ("config", "в коде есть"), ("pool", "в пути есть")]
)
def test_fields_are_told_in_russian(index: MappedIndex, asked: str, field: str) -> None:
    """By the language of the question, though its word be English."""
    assert field in _told(f"где {asked}", index, 0, (Signal.LEXICAL, 1.0))


def test_both_languages_have_the_same_sentences() -> None:
    """A reason that one lacks would be an error for whoever asks in it."""
    told = tomllib.loads(files("nexy.modules.code_search.ranking").joinpath("reasons.toml").read_text("utf-8"))
    assert told["en"].keys() == told["ru"].keys()


def test_no_stem_is_shown(index: MappedIndex) -> None:
    """`delet` and `configur` are nothing that stands in code."""
    assert spelt("delet") == "delete"
    assert spelt("abyrvalg") == "abyrvalg"
    assert "“delet”" not in _told("erase it", index, 0, (Signal.LEXICAL, 1.0))


def test_what_hardly_counts_is_not_told(index: MappedIndex) -> None:
    """A twentieth of a score is no reason."""
    shares = (Signal.LEXICAL, 0.97), (Signal.PRIOR, 0.03)
    assert "uses it" not in _told("user", index, 0, *shares)
    all_told = _search("user", index, replace(CONFIG, told=0.0))
    assert "uses it" in _tell(all_told, index, 0, shares)


def test_words_are_told_once_however_many_signals_they_fed(index: MappedIndex) -> None:
    """BM25, coverage and name speak of the same words."""
    told = _told("user", index, 0, (Signal.LEXICAL, 0.4), (Signal.NAME, 0.3), (Signal.COVERAGE, 0.3))
    assert told.count("“user”") == 1


def test_what_held_a_place_back_is_told(index: MappedIndex) -> None:
    """Its score is lower than its words."""
    assert _told("user", index, 1, (Signal.LEXICAL, 1.0)).endswith("held back as a test")
    assert _told("user", index, 2, (Signal.LEXICAL, 1.0)).endswith("held back as generated")


def test_there_is_always_a_reason(index: MappedIndex) -> None:
    """Even where nothing in particular spoke."""
    assert _told("user", index, 0)
