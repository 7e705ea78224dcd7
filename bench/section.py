"""A section of docs/benchmarks.md between its own markers; everything else of the file stays as it is."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.voice.machine import machine_line
from bench.voice.servers import ROOT
from bench.voice.spread import Spread

DOCUMENT = ROOT / "docs" / "benchmarks.md"
Row = Sequence[str]


def table(head: Row, rows: Sequence[Row]) -> str:
    """In Markdown, which a terminal shows well enough; the columns stand under one another."""
    cells = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (head, rule, *rows)
    )


def told(command: str, body: str) -> str:
    """What was measured, under the command that measures it, the day and the machine."""
    return f"`{command}`, {datetime.now(UTC).date().isoformat()}. {machine_line()}.\n\n{body}\n"


def say(what: str) -> None:
    """What is being measured now, for whoever waits."""
    print(f"… {what}", file=sys.stderr, flush=True)


def surroundings(strangers: Sequence[float], seconds: float) -> str:
    """How quiet the machine was; `strangers` are the shares of the server's core that others had in each window."""
    share = Spread.of(strangers)
    return (
        f"Median and, in brackets, least and most of the rounds; {seconds:.0f} s in all. Strangers used "
        f"{100 * share.median:.0f} % of the server's core meanwhile, at most {100 * share.high:.0f} %; "
        f"load average at the end {os.getloadavg()[0]:.1f}."
    )


def write_section(name: str, title: str, text: str, document: Path = DOCUMENT) -> None:
    """Replace what stands between the section's markers; a file without them is continued."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    whole = document.read_text(encoding="utf-8") if document.exists() else "# Benchmarks\n"
    if begin not in whole or end not in whole:
        whole = f"{whole.rstrip()}\n\n## {title}\n\n{begin}\n{end}\n"
    before, _, rest = whole.partition(begin)
    document.write_text(f"{before}{begin}\n{text.rstrip()}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")
