"""How `nexy index status` shows the projects."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from rich.table import Table

from nexy.cli.page import list_console
from nexy.cli.refusals import in_words
from nexy.contracts.code_search import IndexFacts, IndexState
from nexy.messages.catalogue import Catalogue
from nexy.utils.shown import shown

_MOST_LANGUAGES = 3
_MOST_SHOWN = 200
_MOST_COMMAND = 2000
_NOBODY: Mapping[str, str] = {}
_MINUTES = "%Y-%m-%d %H:%M"
_COLUMNS = ("name", "state", "revision", "files", "chunks", "languages", "vectors", "indexed", "source")


def facts_json(facts: Sequence[IndexFacts]) -> str:
    """For scripts: a list of objects, named as in the contract; times in ISO 8601."""

    def plain(value: object) -> str:
        return value.isoformat() if isinstance(value, datetime) else str(value)

    return json.dumps([asdict(one) for one in facts], indent=2, ensure_ascii=False, default=plain)


def index_page(
    facts: Sequence[IndexFacts], words: Catalogue, owners: Mapping[str, str] = _NOBODY, *, as_operator: bool = True
) -> None:
    """Print a line for each project, and below it what somebody should know of one.

    `owners` are addresses by id. The operator sees whose each private project is.
    """
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in _COLUMNS:
        table.add_column(words.text(f"index.column_{column}"), overflow="fold")
    for one in facts:
        owner = owners.get(one.owner_id, one.owner_id)
        table.add_row(*_cells(one, words, owner if as_operator else ""))
    console = list_console()
    console.print(table)
    for one in facts:
        for line in _remarks(one, words, owners.get(one.owner_id, one.owner_id)):
            console.print(line, soft_wrap=True)


def run_again(one: IndexFacts, owner: str) -> str:
    """The command that brings exactly this project up to date, as a shell takes it."""
    is_url = not one.source.startswith("/")
    last = re.split(r"[/:]" if is_url else "/", one.source.rstrip("/"))[-1]
    usual = last.removesuffix(".git") if is_url else last
    options = (
        ("--name", one.project if one.project != usual else ""),
        ("--branch", one.branch if is_url else ""),
        ("--user", owner if one.owner_id else ""),
    )
    return shlex.join(
        ["nexy", "index", one.source, *(part for name, value in options if value for part in (name, value))]
    )


def _cells(one: IndexFacts, words: Catalogue, shown_owner: str) -> Sequence[str]:
    private = words.text("index.private_of", owner=shown_owner) if shown_owner else words.text("index.private")
    owner = "" if one.public else f" ({private})"
    return (
        one.project + owner, _state(one, words), str(one.revision), str(one.files), str(one.chunks), _languages(one),
        str(one.with_vectors) if one.model else "–",
        one.indexed_at.astimezone().strftime(_MINUTES) if one.indexed_at else "–",
        shown(one.source, _MOST_SHOWN) + (f" [{shown(one.branch)}]" if one.branch else ""),
    )  # fmt: skip


def _state(one: IndexFacts, words: Catalogue) -> str:
    state = words.text(f"index.state_{one.state.value}")
    if one.state is not IndexState.INDEXING or one.progress is None:
        return state
    stage = words.text(f"index.stage_{one.progress.stage.value}")
    share = f" {one.progress.done}/{one.progress.total}" if one.progress.total else ""
    return f"{state}: {stage}{share}"


def _languages(one: IndexFacts) -> str:
    most = sorted(one.languages.items(), key=lambda item: (-item[1], item[0]))[:_MOST_LANGUAGES]
    return ", ".join(language for language, _ in most) or "–"


def _remarks(one: IndexFacts, words: Catalogue, owner: str) -> Sequence[str]:
    remarks = []
    if one.problem:
        remarks.append(
            words.text("index.problem", name=one.project, problem=shown(in_words(one.problem, words), _MOST_SHOWN))
        )
    if one.stale and one.state is not IndexState.INDEXING:
        remarks.append(words.text("index.stale", name=one.project, command=shown(run_again(one, owner), _MOST_COMMAND)))
    if one.self_test is not None and not one.self_test.passed:
        remarks.append(words.text("index.test_failed", query=shown(one.self_test.query)))
    return remarks
