"""Places and passages as hits."""

import pytest

from nexy.config.code_search_section import LightRagConfig
from nexy.contracts.code_search import Hit
from nexy.modules.code_search.lightrag.wire import Prose
from nexy.modules.code_search.postings.asking import Place
from nexy.modules.code_search.searching.contents import Content
from nexy.modules.code_search.searching.hits import hits_of, wanted_of, with_prose
from nexy.modules.code_search.searching.ranked import RankedPlace
from nexy.modules.code_search.searching.visible import VisibleProject
from support.code_shelf import plain_mark

_PROJECT = VisibleProject(id="p", name="app", revision=1)
_PLACES = [
    RankedPlace(project=_PROJECT, place=Place(path=f"f{n}.py", digest=bytes(16), ordinal=n), score=1 - n / 10, why="w")
    for n in range(3)
]
_CONFIG = LightRagConfig(max_results=3, max_characters=100)


def content(text: str) -> Content:
    return Content(kind="function", symbol="s", language="go", start_line=4, end_line=6, text=text)


def code(count: int) -> list[Hit]:
    contents = dict.fromkeys(range(count), content("x"))
    places = [_PLACES[0]] * count
    return list(hits_of("x", places, contents, plain_mark))


def prose(count: int, text: str = "a passage") -> list[Prose]:
    return [Prose(id=f"c{n}", document=f"d{n}.md", text=text) for n in range(count)]


def test_contents_are_wanted_in_the_order_of_the_places() -> None:
    """Project, digest and ordinal of each place."""
    assert [(one.project_id, one.ordinal) for one in wanted_of(_PLACES)] == [("p", 0), ("p", 1), ("p", 2)]


def test_places_without_content_are_left_out() -> None:
    """What could not be read any more is no hit; the others keep their order, score and reason."""
    hits = hits_of("close", _PLACES, {2: content("b"), 0: content("a close")}, plain_mark)
    assert [(hit.file_path, hit.content, hit.score, hit.why) for hit in hits] == [
        ("f0.py", "a close", 1.0, "w"),
        ("f2.py", "b", 0.8, "w"),
    ]
    assert list(hits[0].marks) == [(2, 7)]
    assert (hits[0].start_line, hits[0].end_line, hits[0].language, hits[0].symbol) == (4, 6, "go", "s")


@pytest.mark.parametrize(
    ("found", "passages", "limit", "shown"),
    [
        (10, 3, 10, (7, 3)),
        (10, 1, 10, (9, 1)),
        (2, 3, 10, (2, 3)),
        (0, 9, 10, (0, 3)),
        (5, 3, 5, (4, 1)),
        (2, 3, 2, (2, 0)),
        (1, 3, 1, (1, 0)),
        (0, 3, 1, (0, 1)),
    ],
)
def test_prose_takes_a_third_at_most_while_there_is_code(
    found: int, passages: int, limit: int, shown: tuple[int, int]
) -> None:
    """Never more than the limit, and the free places of code are prose's too."""
    hits = with_prose(code(found), prose(passages), limit, _CONFIG)
    assert (sum(hit.project == "app" for hit in hits), sum(hit.project == "lightrag" for hit in hits)) == shown


@pytest.mark.parametrize("found", [0, 2])
def test_scores_fall_and_stay_within_bounds(found: int) -> None:
    """A passage never stands above code, nor above a better passage."""
    scores = [hit.score for hit in with_prose(code(found), prose(3), 10, _CONFIG)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_a_passage_is_cut_and_made_clean() -> None:
    """A long or broken text can be carried by JSON and PostgreSQL, and its lines are counted."""
    (hit,) = with_prose([], prose(1, "a\x00b\ud800\n" + "x" * 500), 5, _CONFIG)
    assert len(hit.content) == 100
    assert hit.content.encode()
    assert (hit.content.startswith("ab?\n"), hit.start_line, hit.end_line) == (True, 1, 2)
    assert (hit.id, hit.project_id, hit.language) == ("lightrag:c0", "", "text")
