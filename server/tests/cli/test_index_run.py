"""What one run of `nexy index` shows."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from nexy.cli.code_parts import CodeParts
from nexy.cli.index_run import IndexRun, Shown, StageBars, report_lines, trouble_of
from nexy.cli.surroundings import Surroundings
from nexy.contracts.code_search import IndexCode, IndexProgress, IndexReport, IndexStage, SelfTest
from nexy.messages.catalogue import LANGUAGES, Catalogue
from nexy.modules.code_search.reading.model import SkipReason
from support.scripted_search import ScriptedSearch

ENGLISH = Catalogue("en")


def report(files: int = 9, passed: bool = True) -> IndexReport:
    return IndexReport(
        project_id="p", project="shop", branch="main", revision=3, files=files, chunks=40, read_files=2, read_chunks=7,
        kept_files=7, removed_files=1, skipped={"binary": 1, "ignored": 12}, masked=4,
        seconds={"list": 0.21, "read": 1.0}, self_test=SelfTest(passed=passed, query="Cart.total"), vectors=5,
        model="m",
    )  # fmt: skip


def test_a_report_tells_what_there_is_and_what_was_done() -> None:
    """Most is left out first; figures are the run's own."""
    assert report_lines(report(), ENGLISH) == [
        "shop: 9 files in 40 pieces, revision 3, branch main",
        "  read 2 files (7 pieces), 7 known, 1 gone, 1.2 s",
        "  left out: ignored 12, binary 1",
        "  secrets taken out: 4",
        "  vectors made: 5 (m)",
    ]


def test_what_does_not_answer_is_said() -> None:
    """A folder without code, and an index that fails its own test; one that passes says nothing."""
    assert trouble_of(report(), ENGLISH) == ""
    assert "no code was found" in trouble_of(report(files=0), ENGLISH)
    assert "Cart.total" in trouble_of(report(passed=False), ENGLISH)


def test_signs_that_turn_a_terminal_are_not_printed() -> None:
    """A branch and a symbol are named by whoever wrote the code."""
    hostile = replace(report(passed=False), branch="m\x9b2J\u202e", self_test=SelfTest(passed=False, query="f\x9b"))
    said = "".join((*report_lines(hostile, ENGLISH), trouble_of(hostile, ENGLISH)))
    assert "branch m?2J?" in said
    assert not {"\x9b", "\u202e"} & set(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_stage_has_a_name(language: str) -> None:
    """In each language, and no two alike."""
    words = Catalogue(language)
    assert len({words.text(f"index.skipped_{reason.value}") for reason in SkipReason}) == len(SkipReason)
    assert len({words.text(f"index.stage_{stage.value}") for stage in IndexStage}) == len(IndexStage)


@pytest.mark.parametrize(("shown", "told"), [(Shown.PAGE, 1), (Shown.JSON, 0), (Shown.NOTHING, 0)])
async def test_watching_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shown: Shown, told: int
) -> None:
    """Every change has its report, and how to end it is known by then; scripts are told nothing."""
    monkeypatch.setenv("NEXY_LANGUAGE", "en")

    async def steps() -> AsyncGenerator[IndexProgress | IndexReport, None]:
        for _ in range(3):
            yield report()

    run, parts = IndexRun(Surroundings.read(tmp_path), shown), CodeParts(code=ScriptedSearch())
    await run._follow(parts, steps(), StageBars(ENGLISH, wanted=False), IndexCode(source=".", watch=True))
    said = capsys.readouterr().out
    assert said.count("Watching for changes") == told
    assert said.count("shop: 9 files") == 3 * told


def bars(*, wanted: bool = True) -> None:
    shown = StageBars(ENGLISH, wanted=wanted)
    shown.move(IndexProgress(stage=IndexStage.LIST))
    shown.move(IndexProgress(stage=IndexStage.READ, done=3, total=9))
    shown.end()
    shown.end()


def test_bars_are_for_terminals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One for each stage, on the standard error; none in a pipe, and none for who wants quiet."""
    bars()
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    bars(wanted=False)
    assert capsys.readouterr() == ("", "")
    bars()
    page = capsys.readouterr()
    assert page.out == ""
    assert "listing" in page.err
    assert "3/9" in page.err
