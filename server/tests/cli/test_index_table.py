"""How `nexy index status` shows the projects."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nexy.cli.index_table import facts_json, index_page
from nexy.contracts.code_search import IndexFacts, IndexProgress, IndexStage, IndexState, SelfTest
from nexy.messages.catalogue import LANGUAGES, Catalogue

FACTS = IndexFacts(
    project_id="p", project="shop", source="/srv/[b]shop", owner_id="", public=True, branch="main", revision=3,
    state=IndexState.READY, stale=False, files=9, chunks=40, languages={"go": 2, "python": 7, "c": 2, "sql": 1},
    indexed_at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
)  # fmt: skip
ENGLISH = Catalogue("en")


def page(capsys: pytest.CaptureFixture[str], facts: IndexFacts, words: Catalogue = ENGLISH) -> str:
    index_page((facts,), words)
    return capsys.readouterr().out


def test_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    """What it is, how it stands, what it holds; the languages that there is most of first."""
    line = page(capsys, FACTS).splitlines()[1]
    assert line.split()[:8] == ["shop", "ready", "3", "9", "40", "python,", "c,", "go"]
    assert line.rstrip().endswith("/srv/[b]shop [main]")


def test_how_far_a_run_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Its stage and share; that it is behind is no news then."""
    step = IndexProgress(stage=IndexStage.READ, done=3, total=9)
    shown = page(capsys, replace(FACTS, state=IndexState.INDEXING, progress=step, stale=True))
    assert "indexing: reading 3/9" in shown
    assert "further than the index" not in shown


def test_what_somebody_should_do_stands_below(capsys: pytest.CaptureFixture[str]) -> None:
    """A run that failed or broke off, and a test that was not passed; signs that rule a terminal do not."""
    broken = replace(
        FACTS, state=IndexState.INTERRUPTED, stale=True, problem="disk\x1b[2J full",
        self_test=SelfTest(passed=False, query="Cart.total"),
    )  # fmt: skip
    below = page(capsys, broken).splitlines()[2:]
    assert [line.split(":")[0] for line in below] == ["shop", "shop", "the index does not answer its own test question"]
    assert "disk?[2J full" in below[0]
    assert below[1].endswith("nexy index '/srv/[b]shop' --name shop")


def test_signs_that_turn_a_terminal_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """A branch is named by whoever pushed it, and so is what the test asked for."""
    hostile = replace(FACTS, branch="m\x9b2J\u202e", self_test=SelfTest(passed=False, query="f\x9b"))
    said = page(capsys, hostile)
    assert "[m?2J?]" in said
    assert not {"\x9b", "\u202e"} & set(said)


def test_a_persons_own_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    """It is not public; the operator sees whose it is, by the address or else the id, and she sees that it is hers."""
    hers = replace(FACTS, public=False, owner_id="x")
    assert "shop (private: x)" in page(capsys, hers)
    index_page((hers,), ENGLISH, {"x": "anna@example.com"})
    assert "shop (private: anna@example.com)" in capsys.readouterr().out
    index_page((hers,), ENGLISH, {"x": "anna@example.com"}, as_operator=False)
    assert "shop (private)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("facts", "command"),
    [
        (FACTS, "nexy index '/srv/[b]shop' --name shop"),
        (replace(FACTS, source="/srv/shop"), "nexy index /srv/shop"),
        (replace(FACTS, source="/srv/my shop", project="my shop"), "nexy index '/srv/my shop'"),
        (
            replace(FACTS, source="https://a.example/t/shop.git"),
            "nexy index https://a.example/t/shop.git --branch main",
        ),
        (
            replace(FACTS, source="git@a.example:store.git", owner_id="x", public=False, branch="dev"),
            "nexy index git@a.example:store.git --name shop --branch dev --user anna@example.com",
        ),
    ],
)
def test_the_remedy_is_the_whole_command(capsys: pytest.CaptureFixture[str], facts: IndexFacts, command: str) -> None:
    """It brings this project up to date, and makes no other one."""
    index_page((replace(facts, stale=True),), ENGLISH, {"x": "anna@example.com"})
    assert capsys.readouterr().out.splitlines()[-1].endswith(f": {command}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", IndexState)
def test_every_state_has_a_name(capsys: pytest.CaptureFixture[str], language: str, state: IndexState) -> None:
    """In each language."""
    words = Catalogue(language)
    shown = page(capsys, replace(FACTS, state=state, indexed_at=None), words)
    assert words.text(f"index.state_{state.value}") in shown


def test_json_names_everything() -> None:
    """Times in ISO 8601, states by their names."""
    (told,) = json.loads(facts_json((FACTS,)))
    assert (told["project"], told["state"], told["indexed_at"]) == ("shop", "ready", "2026-11-21T12:00:00+00:00")
    assert (told["self_test"], told["languages"]["python"]) == (None, 7)
