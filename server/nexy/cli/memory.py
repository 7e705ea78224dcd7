"""`nexy memory`: what is remembered about a device's person, to see, to take along, to have forgotten."""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from nexy.cli.parts import running_parts
from nexy.cli.surroundings import Surroundings, told
from nexy.contracts.capabilities import DATABASE, MEMORY
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.memory import Fact, Forget, ListFacts, Recall
from nexy.contracts.request import Request
from nexy.messages.catalogue import Catalogue
from nexy.utils.home_mark import HomeMark
from nexy.workflows.memory import MEMORY_MARK

R = TypeVar("R")
memory_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
_Device = Annotated[str, typer.Option("--device", help=told("memory.device_help"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """Everything about one device's person."""

    device: str
    facts: Sequence[Fact]
    short_term: str

    def as_json(self) -> str:
        """The same for scripts and for taking along."""
        facts = [asdict(fact) for fact in self.facts]
        told_apart = {"device": self.device, "facts": facts, "short_term": self.short_term.splitlines()}
        return json.dumps(told_apart, indent=2, ensure_ascii=False)


@memory_app.command("show", help=told("memory.show_help"))
def show(
    device: _Device = "",
    history: Annotated[bool, typer.Option("--history", help=told("memory.history_help"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=told("memory.json_help"))] = False,
) -> None:
    """Print what is remembered."""
    surroundings = Surroundings.read()
    remembered = asyncio.run(_remembered(surroundings, device or surroundings.hardware_id(), history=history))
    if as_json:
        print(remembered.as_json())
    else:
        _print(remembered, surroundings.words)


@memory_app.command("forget", help=told("memory.forget_help"))
def forget(
    device: _Device = "",
    about: Annotated[str, typer.Option("--about", help=told("memory.about_help"))] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help=told("memory.yes_help"))] = False,
) -> None:
    """Overwrite what is meant; a server that runs on this home reads its memory anew."""
    surroundings = Surroundings.read()
    named, words = device or surroundings.hardware_id(), surroundings.words
    if not about and not yes and not typer.confirm(words.text("memory.ask", device=named)):
        print(words.text("memory.kept"))
        raise typer.Exit(1)
    count = asyncio.run(_ask(surroundings, Forget(hardware_id=named, about=about)))
    HomeMark(surroundings.loaded.home, MEMORY_MARK).touch()
    print(words.text("memory.forgotten", count=count))


@memory_app.command("export", help=told("memory.export_help"))
def export(
    file: Annotated[Path, typer.Argument(help=told("memory.file_help"))],
    device: _Device = "",
) -> None:
    """Write everything that is remembered; nobody else may read the file."""
    surroundings = Surroundings.read()
    remembered = asyncio.run(_remembered(surroundings, device or surroundings.hardware_id(), history=True))
    _write(file, remembered.as_json() + "\n")
    print(surroundings.words.text("memory.exported", file=file))


async def _ask(surroundings: Surroundings, request: Request[R]) -> R:
    async with running_parts(surroundings, (DATABASE, MEMORY)) as parts:
        return await parts.get(MEMORY).process(request)


async def _remembered(surroundings: Surroundings, device: str, *, history: bool) -> Remembered:
    async with running_parts(surroundings, (DATABASE, MEMORY)) as parts:
        facts = await parts.get(MEMORY).process(ListFacts(hardware_id=device, history=history))
        context = await parts.get(MEMORY).process(Recall(hardware_id=device))
    return Remembered(device=device, facts=facts, short_term=context.short_term)


def _write(file: Path, text: str) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            # A file that was there before keeps its own rights otherwise.
            os.fchmod(opened.fileno(), 0o600)
            opened.write(text)
    except OSError as problem:
        raise ValidationFailed(f"{file}: {problem.strerror}", field="file") from problem


def _print(remembered: Remembered, words: Catalogue) -> None:
    if not remembered.facts and not remembered.short_term:
        print(words.text("memory.nothing", device=remembered.device))
        return
    console = Console(highlight=False, markup=False)
    if remembered.facts:
        console.print(_table(remembered.facts, words))
    if remembered.short_term:
        console.print(words.text("memory.short_term"))
        console.print(remembered.short_term)


def _table(facts: Sequence[Fact], words: Catalogue) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("memory.column_learned", "memory.column_state", "memory.column_fact"):
        table.add_column(words.text(column), overflow="fold")
    for fact in facts:
        # The state's name is part of the key: a test names each of them.
        table.add_row(fact.learned_at[:16].replace("T", " "), words.text(f"memory.state_{fact.state}"), fact.text)
    return table
