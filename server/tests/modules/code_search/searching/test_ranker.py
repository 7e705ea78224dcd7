"""The way from a search to the ranking and back."""

from pathlib import Path

import numpy as np
import pytest

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.searching.checks import Wish
from nexy.modules.code_search.searching.open_indexes import OpenProject
from nexy.modules.code_search.searching.ranked import RankingTask
from nexy.modules.code_search.searching.ranker import Ranker
from nexy.modules.code_search.searching.visible import VisibleProject
from nexy.modules.code_search.store.folders import index_folder
from nexy.modules.code_search.vectors.matrix import Near
from support.code_shelf import CodeShelf, ShelvedFile, function

_RANKER = Ranker(CodeSearchConfig())


@pytest.fixture
def projects(tmp_path: Path) -> list[OpenProject]:
    """A shop in Python and one in Go."""
    shelf = CodeShelf(tmp_path)
    shelf.add(
        "py", [ShelvedFile(path="shop/cart.py", chunks=(function("add_to_cart"), function("empty_cart", line=2)))]
    )
    shelf.add(
        "go", [ShelvedFile(path="store/cart.go", language="go", chunks=(function("AddToCart", "cart of a store"),))]
    )
    return [
        OpenProject(
            project=VisibleProject(id=one.id, name=one.name, revision=1),
            index=MappedIndex.open(index_folder(tmp_path, one.id, 1)),
        )
        for one in shelf.projects
    ]


def task(projects: list[OpenProject], query: str, words: str = "", **wishes: object) -> RankingTask:
    return RankingTask(wish=Wish(query=query, **wishes), words=words, projects=projects)  # type: ignore[arg-type]


def test_places_know_their_project(projects: list[OpenProject]) -> None:
    """Of several indexes each place names the project that it is in."""
    ranked = _RANKER.rank(task(projects, "add to cart"))
    assert {(one.project.name, one.place.path) for one in ranked.places} >= {
        ("py", "shop/cart.py"),
        ("go", "store/cart.go"),
    }
    assert ranked.total == 3
    assert "lexical" in ranked.signals
    assert all(one.why and 0 < one.score <= 1 for one in ranked.places)


def test_language_and_limit_hold(projects: list[OpenProject]) -> None:
    """Only the asked language, and no more than the limit."""
    assert [one.project.name for one in _RANKER.rank(task(projects, "cart", language="go")).places] == ["go"]
    assert len(_RANKER.rank(task(projects, "cart", limit=1)).places) == 1


def test_a_context_helps_and_does_not_decide(projects: list[OpenProject]) -> None:
    """Its words move a place up among equals, find nothing alone and change nothing where they stand nowhere."""
    alone = _RANKER.rank(task(projects, "add to cart"))
    helped = _RANKER.rank(task(projects, "add to cart", "store"))
    assert helped.places[0].project.name == "go"
    nowhere = _RANKER.rank(task(projects, "add to cart", "express middleware"))
    assert [one.place for one in nowhere.places] == [one.place for one in alone.places]


def test_what_is_near_takes_part(projects: list[OpenProject]) -> None:
    """With vectors of one index alone, they are a signal, and a place that only they know is found."""
    near = Near(documents=np.array([1, 0], np.uint32), likeness=np.array([0.9, 0.2], np.float32))
    wish = RankingTask(
        wish=Wish(query="make void", kind=SearchKind.SEMANTIC), words="", projects=projects, near=[near, None]
    )
    ranked = _RANKER.rank(wish)
    assert (ranked.places[0].place.ordinal, ranked.signals) == (1, ("vectors",))


def test_marks_show_the_words_of_the_question() -> None:
    """Other forms of a word are marked too."""
    text = "def add(cart): carts.clear()"
    marks = _RANKER.mark("adding to the cart")(text)
    assert [text[start:end] for start, end in marks] == ["add", "cart", "carts"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("read the file", "how to read a file", True),
        ("find shortest path", "path shortest find", False),
        ("shortest path", "shortest paths of a graph", False),
        ("чтение файла", "чтение из файла", True),
        ("read file", "чтение файла", False),
    ],
)
def test_the_same_sense_is_the_same_to_the_ranking(one: str, other: str, same: bool) -> None:
    """Little words tell nothing; order does, since neighbours are looked for together."""
    assert (_RANKER.sense(one) == _RANKER.sense(other)) is same


def test_nothing_asked_has_no_sense() -> None:
    """Two questions of little words alone are not the same question."""
    assert _RANKER.sense("what is the") == b""
