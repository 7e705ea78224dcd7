"""How `nexy search` shows places in code."""

import json
from dataclasses import replace

import pytest

from nexy.cli.found_page import FoundPage, found_json, heading, snippet
from nexy.cli.search import Kind
from nexy.contracts.code_search import FindCode, Found, Hit, SearchedIndex, SearchKind
from nexy.messages.catalogue import LANGUAGES, Catalogue

CODE = "def total(cart):\n\n\tsum = 0\n    for item in cart:\n        sum += item.price\n    return sum"
HIT = Hit(
    id="p:shop/cart.py#1", project_id="p", project="shop", content=CODE, score=0.913, file_path="shop/cart.py",
    language="python", start_line=9, end_line=14, symbol="Cart.total", why="its name says [total]",
    marks=((4, 9), (CODE.index("price"), CODE.index("price") + 5)),
)  # fmt: skip
FOUND = Found(hits=(HIT,), total=7, index=SearchedIndex(revision="3", stale=False))
ENGLISH = Catalogue("en")


def shown_lines(most: int, hit: Hit = HIT) -> list[str]:
    return [line.plain for line in snippet(hit, most)]


def test_a_place_is_headed_by_path_and_line() -> None:
    """As editors open it; then what it is called and how well it fits."""
    assert heading(HIT, with_project=False).plain == "shop/cart.py:9-14  Cart.total  0.91"
    assert heading(replace(HIT, end_line=9, symbol=""), with_project=True).plain == "shop/cart.py:9  shop  0.91"


def test_the_lines_that_say_most_come_first() -> None:
    """The first and the marked ones; what lies between them is a gap, and blank lines are not worth one."""
    assert shown_lines(2) == ["   9 def total(cart):", "   ⋮", "  13         sum += item.price"]
    assert shown_lines(0) == []
    assert len(shown_lines(99)) == 6


def test_marks_are_where_they_belong() -> None:
    """Beside line numbers and behind tabs as well."""
    lines = snippet(replace(HIT, marks=((CODE.index("sum"), CODE.index("sum") + 3),)), 99)
    marked = [line.plain[span.start : span.end] for line in lines for span in line.spans if "yellow" in str(span.style)]
    assert marked == ["sum"]


def test_signs_that_rule_a_terminal_are_only_shown() -> None:
    """Escapes in a file's content, path or name change neither colours nor what stands above."""
    hostile = replace(HIT, content="a\x1b[2Jb\x07c\x9b", file_path="x\x1b]0;t\x07.py", symbol="s\x1b", marks=())
    assert shown_lines(5, hostile) == ["   9 a\ufffd[2Jb\ufffdc\ufffd"]
    assert "\x1b" not in heading(hostile, with_project=True).plain


def test_a_page_in_a_pipe_has_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets stay brackets; how many there are is said beside the results."""
    FoundPage(ENGLISH, 1).show(FOUND)
    page = capsys.readouterr()
    assert page.out == "shop/cart.py:9-14  Cart.total  0.91\n  its name says [total]\n   9 def total(cart):\n\n"
    assert page.err == "1 of 7 places\n"


def test_on_a_terminal_marks_are_coloured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """And a line that is wider than the terminal is cut, not broken."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    wide = replace(HIT, content="total = " + "x" * 200, marks=((0, 5),))
    FoundPage(ENGLISH, 1).show(replace(FOUND, hits=(wide,)))
    lines = capsys.readouterr().out.splitlines()
    assert "\x1b[1;33mtotal\x1b[0m" in lines[2]
    assert lines[3] == ""


def test_the_project_is_named_where_there_are_several(capsys: pytest.CaptureFixture[str]) -> None:
    """Two shops may have the same path."""
    FoundPage(ENGLISH, 1).show(replace(FOUND, hits=(HIT, replace(HIT, project_id="q", project="other"))))
    out = capsys.readouterr().out
    assert "shop  0.91" in out
    assert "other  0.91" in out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Found(), "search.no_index"),
        (Found(index=SearchedIndex(revision="3", stale=False)), "search.nothing"),
        (replace(FOUND, index=SearchedIndex(revision="3", stale=True)), "search.stale"),
        (replace(FOUND, left_out={"vectors": "no model"}), "search.left_out"),
    ],
)
def test_what_is_to_be_known_is_said(
    capsys: pytest.CaptureFixture[str], language: str, found: Found, said: str
) -> None:
    """An index that is missing or behind, and signals that did not take part, in her language."""
    words = Catalogue(language)
    FoundPage(words, 1).show(found)
    assert words.text(said, revision="3", listed="vectors (no model)") in capsys.readouterr().err.splitlines()


def test_json_has_the_shape_of_the_api() -> None:
    """With the project, and where to mark."""
    told = json.loads(found_json(FOUND, FindCode(query="total", kind=SearchKind.GRAPH)))
    assert list(told)[:5] == ["results", "total", "query", "type", "index"]
    assert (told["total"], told["query"], told["type"]) == (7, "total", "graph")
    assert told["index"] == {"revision": "3", "stale": False}
    assert told["results"][0]["marks"] == [[4, 9], [CODE.index("price"), CODE.index("price") + 5]]
    of_api = {"id", "content", "score", "file_path", "language", "start_line", "end_line", "symbol", "why"}
    assert of_api <= set(told["results"][0])


def test_the_kinds_are_those_of_the_contract() -> None:
    """Help is printed without loading it."""
    assert [kind.value for kind in Kind] == [kind.value for kind in SearchKind]
