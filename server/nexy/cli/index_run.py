"""One run of `nexy index`: how far it is while it lasts, and what it did."""

import json
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, replace
from enum import Enum, auto

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from nexy.cli.code_parts import CodeParts, code_parts
from nexy.cli.page import plain_console
from nexy.cli.skipped import skipped_line
from nexy.cli.surroundings import Surroundings
from nexy.contracts.code_search import IndexCode, IndexProgress, IndexReport, IndexStage
from nexy.messages.catalogue import Catalogue
from nexy.utils.shown import shown


class Shown(Enum):
    """What a run prints: a page for a person, a JSON object for a script, or nothing but what is wrong."""

    PAGE = auto()
    JSON = auto()
    NOTHING = auto()


class IndexRun:
    """Asks for the run and shows it."""

    def __init__(self, surroundings: Surroundings, shown: Shown) -> None:
        self._surroundings = surroundings
        self._words = surroundings.words
        self._shown = shown
        self._well = True

    async def go(self, order: IndexCode, email: str) -> bool:
        """Whether the newest report is one of an index that answers; with `watch` it does not return by itself."""
        bars = StageBars(self._words, wanted=self._shown is Shown.PAGE)
        async with code_parts(self._surroundings, email) as parts:
            steps = await parts.code.process(replace(order, owner_id=parts.user_id))
            try:
                await self._follow(parts, steps, bars, order)
            finally:
                bars.end()
        return self._well

    async def _follow(
        self,
        parts: CodeParts,
        steps: AsyncGenerator[IndexProgress | IndexReport, None],
        bars: "StageBars",
        order: IndexCode,
    ) -> None:
        is_told = not order.watch or self._shown is not Shown.PAGE
        async with aclosing(steps):
            async for step in steps:
                if isinstance(step, IndexProgress):
                    bars.move(step)
                else:
                    bars.end()
                    await parts.keep(step.calls)
                    self._report(step)
                    if not is_told:
                        is_told = True
                        print(self._words.text("index.watching"), flush=True)

    def _report(self, report: IndexReport) -> None:
        if self._shown is Shown.JSON:
            print(json.dumps(asdict(report), ensure_ascii=False), flush=True)
        elif self._shown is Shown.PAGE:
            console = plain_console()
            for line in report_lines(report, self._words):
                console.print(line, soft_wrap=True)
        trouble = trouble_of(report, self._words)
        self._well = not trouble
        if trouble:
            print(trouble, file=sys.stderr, flush=True)


def report_lines(report: IndexReport, words: Catalogue) -> list[str]:
    """What one run did: what there is now, what was read for it, what was left out, and how long it took."""
    where = words.text("index.on_branch", branch=shown(report.branch)) if report.branch else ""
    lines = [
        words.text("index.there", name=report.project, files=report.files, chunks=report.chunks,
                   revision=report.revision) + where,
        words.text("index.done", read=report.read_files, pieces=report.read_chunks, kept=report.kept_files,
                   removed=report.removed_files, seconds=f"{sum(report.seconds.values()):.1f}"),
        skipped_line(report.skipped, words),
        words.text("index.masked", count=report.masked) if report.masked else "",
        words.text("index.vectors", count=report.vectors, model=report.model) if report.model else "",
    ]  # fmt: skip
    return [line for line in lines if line]


def trouble_of(report: IndexReport, words: Catalogue) -> str:
    """Why nothing will be found, or "" where all is well."""
    if not report.files:
        return words.text("index.empty", name=report.project)
    if not report.self_test.passed:
        return words.text("index.test_failed", query=shown(report.self_test.query))
    return ""


class StageBars:
    """A bar for each stage on the standard error, if that is a terminal; otherwise nothing at all."""

    def __init__(self, words: Catalogue, *, wanted: bool) -> None:
        self._words = words
        self._console = Console(stderr=True, highlight=False, markup=False)
        self._wanted = wanted and self._console.is_terminal
        self._progress: Progress | None = None
        self._bars: dict[IndexStage, TaskID] = {}

    def move(self, step: IndexProgress) -> None:
        """Show that the run has come this far; the stages before are done."""
        if not self._wanted:
            return
        progress = self._progress or self._begun()
        if step.stage not in self._bars:
            self._finish(progress)
            self._bars[step.stage] = progress.add_task(self._words.text(f"index.stage_{step.stage.value}"), total=None)
        progress.update(self._bars[step.stage], completed=step.done, total=step.total or None)

    def end(self) -> None:
        """Take the bars away: what comes next is the report."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
            self._bars.clear()

    def _begun(self) -> Progress:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=self._console, transient=True)
        self._progress.start()
        return self._progress

    def _finish(self, progress: Progress) -> None:
        for task in progress.tasks:
            if not task.finished:
                done = max(task.total or task.completed, 1)
                progress.update(task.id, total=done, completed=done)
