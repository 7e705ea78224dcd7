"""Which answers are given again, and which never."""

from dataclasses import replace

import numpy as np
import pytest

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.code_search import Found, SearchKind
from nexy.modules.code_search.searching.answers import Basis, KeptAnswers, basis_of
from nexy.modules.code_search.searching.checks import Wish
from nexy.modules.code_search.searching.ranker import Ranker
from nexy.modules.code_search.searching.visible import Scope, VisibleProject
from support.clock import FakeClock

_ONE, _TWO = Found(total=1), Found(total=2)
_PROJECT = VisibleProject(id="p", name="app", revision=3)
_WISH = Wish(query="q")
_SENSE = Ranker(CodeSearchConfig()).sense


def basis(wish: Wish = _WISH, project: VisibleProject = _PROJECT, *, prose: bool = False, model: str = "") -> Basis:
    """The basis of a question about one project."""
    return basis_of(wish, Scope(projects=(project,)), with_prose=prose, model=model)


def kept(**settings: float) -> tuple[KeptAnswers, FakeClock]:
    """An empty cache and its clock."""
    clock = FakeClock()
    return KeptAnswers(CodeSearchConfig(**settings), clock, _SENSE), clock  # type: ignore[arg-type]


def test_the_same_question_gets_the_same_answer_for_a_while() -> None:
    """An answer lasts `cache_seconds` and no longer."""
    answers, clock = kept(cache_seconds=10)
    answers.keep(basis(), "getUser", _ONE)
    clock.advance(9.9)
    assert answers.same(basis(), "getUser") is _ONE
    clock.advance(0.2)
    assert answers.same(basis(), "getUser") is None
    assert len(answers) == 0


@pytest.mark.parametrize(
    "other",
    [
        basis(project=replace(_PROJECT, revision=4)),
        basis(project=replace(_PROJECT, id="other")),
        basis(project=replace(_PROJECT, stale=True)),
        basis(project=replace(_PROJECT, held=True)),
        basis(replace(_WISH, kind=SearchKind.GRAPH)),
        basis(replace(_WISH, limit=9)),
        basis(replace(_WISH, language="go")),
        basis(prose=True),
        basis(model="m"),
        basis_of(_WISH, Scope(projects=(_PROJECT,), words="login"), with_prose=False, model=""),
        basis_of(_WISH, Scope(projects=(_PROJECT, _PROJECT)), with_prose=False, model=""),
    ],
)
def test_another_basis_is_another_question(other: Basis) -> None:
    """A new revision, another sight, kind, limit, language, context or model never meets an old answer."""
    answers, _ = kept()
    answers.keep(basis(), "read the file", _ONE)
    assert answers.same(other, "read the file") is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("read a file", "read the file"),
        ("how is the file read?", "How is a file read"),
        ("чтение из файла", "чтение файла"),
    ],
)
def test_sentences_of_the_same_sense_are_alike(first: str, second: str) -> None:
    """Without vectors, little words make no new question."""
    answers, _ = kept()
    answers.keep(basis(), first, _ONE)
    assert answers.same(basis(), second) is _ONE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a == b", "a != b"),
        ("c++ parser", "c parser"),
        ("getUser", "getuser"),
        ("parse HTML", "parse html"),
        ("version 1", "version 2"),
        ("a the of", "in to by"),
        ("find shortest path", "path shortest find"),
        ("file name of a request", "request name of a file"),
    ],
)
def test_signs_case_order_and_other_words_keep_questions_apart(first: str, second: str) -> None:
    """What is written like code is the same only when written the same; and neighbours count in the ranking."""
    answers, _ = kept()
    answers.keep(basis(), first, _ONE)
    assert answers.same(basis(), second) is None


def test_with_vectors_the_nearest_question_decides() -> None:
    """Of two near questions the nearer one's answer is given, and none below `alike`."""
    answers, _ = kept(alike=0.9)
    with_model = basis(model="m")
    answers.keep(with_model, "one", _ONE, _unit(0.0))
    answers.keep(with_model, "two", _TWO, _unit(0.3))
    assert answers.alike(with_model, _unit(0.25)) is _TWO
    assert answers.alike(with_model, _unit(0.05)) is _ONE
    assert answers.alike(with_model, _unit(1.5)) is None
    assert answers.alike(basis(model="other"), _unit(0.0)) is None


def test_with_vectors_equal_sense_is_not_enough() -> None:
    """Where a model can tell, "to" and "from" may make all the difference."""
    answers, _ = kept()
    answers.keep(basis(model="m"), "convert to json", _ONE, _unit(0.0))
    assert answers.same(basis(model="m"), "convert from json") is None


def test_the_least_wanted_goes_first() -> None:
    """Never more than `max_cached`; what was asked again stays."""
    answers, _ = kept(max_cached=2)
    answers.keep(basis(), "one", _ONE)
    answers.keep(basis(), "two", _TWO)
    assert answers.same(basis(), "one") is _ONE
    answers.keep(basis(), "three", _TWO)
    assert len(answers) == 2
    assert answers.same(basis(), "two") is None
    assert answers.same(basis(), "one") is _ONE


@pytest.mark.parametrize("settings", [{"max_cached": 0}, {"cache_seconds": 0.0}, {"max_cached_bytes": 0}])
def test_it_can_be_turned_off(settings: dict[str, float]) -> None:
    """With no room or no time nothing is kept."""
    answers, _ = kept(**settings)
    answers.keep(basis(), "one", _ONE)
    assert len(answers) == 0


def test_many_bases_leave_nothing_behind() -> None:
    """Answers of old revisions go with their place in the table of what is alike."""
    answers, clock = kept(max_cached=3)
    for revision in range(50):
        answers.keep(basis(project=replace(_PROJECT, revision=revision), model="m"), "one", _ONE, _unit(0.0))
    assert len(answers) == 3
    clock.advance(10_000)
    assert all(
        answers.alike(basis(project=replace(_PROJECT, revision=n), model="m"), _unit(0.0)) is None for n in range(50)
    )
    assert len(answers) == 0


def _unit(angle: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)
