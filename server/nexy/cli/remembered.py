"""What `nexy memory` shows and writes: everything about one device's person."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.memory import Fact
from nexy.messages.catalogue import Catalogue

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """Facts oldest first; `numbers` are those by which a person names the ones that hold."""

    device: str
    facts: Sequence[Fact]
    short_term: str

    @property
    def numbers(self) -> Mapping[str, int]:
        """By fact id, counted from 1; what no longer holds has none, so that history changes no number."""
        holding = (fact.fact_id for fact in self.facts if fact.state == "active")
        return {fact_id: number for number, fact_id in enumerate(holding, start=1)}

    def as_json(self) -> str:
        """The same for scripts and for taking along, as `nexy memory export --help` describes it."""
        facts = [{"number": self.numbers.get(fact.fact_id), **asdict(fact)} for fact in self.facts]
        told_apart = {
            "format": "nexy-memory",
            "version": FORMAT_VERSION,
            "device": self.device,
            "facts": facts,
            "short_term": self.short_term.splitlines(),
        }
        return json.dumps(told_apart, indent=2, ensure_ascii=False)

    def show(self, words: Catalogue, *, whose: str) -> None:
        """Print the device, then what is remembered of it; `whose` says where its name comes from."""
        console = Console(highlight=False, markup=False, soft_wrap=True)
        console.print(whose)
        if not self.facts and not self.short_term:
            console.print(words.text("memory.nothing"))
            return
        if self.facts:
            Console(highlight=False, markup=False).print(self._table(words))
        if self.short_term:
            console.print(words.text("memory.short_term"))
            console.print(self.short_term)

    def _table(self, words: Catalogue) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0))
        table.add_column(words.text("memory.column_number"), justify="right")
        for column in ("memory.column_fact", "memory.column_state", "memory.column_learned"):
            table.add_column(words.text(column), overflow="fold")
        for fact in self.facts:
            # The export keeps the exact moment; a person reads her own clock.
            learned = datetime.fromisoformat(fact.learned_at).astimezone().strftime("%Y-%m-%d %H:%M")
            number = self.numbers.get(fact.fact_id, "")
            # The state's name is part of the key: a test names each of them.
            table.add_row(str(number), fact.text, words.text(f"memory.state_{fact.state}"), learned)
        return table


def write_private(file: Path, text: str) -> None:
    """For the owner's eyes only; raises `ValidationFailed` naming the file."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            # A file that was there before keeps its own rights otherwise.
            os.fchmod(opened.fileno(), 0o600)
            opened.write(text)
    except OSError as problem:
        raise ValidationFailed(f"{file}: {problem.strerror}", field="file") from problem
