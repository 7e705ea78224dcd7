"""One run as a plain table, as JSON, and as the voice section of `docs/benchmarks.md`."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.voice.machine import machine_line
from bench.voice.phases import Results
from bench.voice.plan import Plan
from bench.voice.spread import Spread
from bench.voice.verdict import Figure, figures
from bench.voice.window import Seen

_NOTES = Path(__file__).with_name("notes.md")
COMMAND = "python -m bench.voice"
BEGIN, END = "<!-- voice:begin -->", "<!-- voice:end -->"
_NEW_FILE = """# Benchmarks

Each section is written by the command that it names; only what stands between its markers is replaced.
Figures compare with others only where both come from the same run on the same machine.

## Voice

{begin}
{end}
"""
_HEAD = ("figure", "must", "aim", "reached", "bare grpc.aio", "verdict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is told about a run; `seconds` is how long it took."""

    results: Results
    plan: Plan
    seconds: float

    @property
    def figures(self) -> Sequence[Figure]:
        """Every row."""
        return figures(self.results, self.plan)

    def table(self) -> str:
        """For a terminal."""
        rows = [_HEAD, *map(_cells, self.figures)]
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        lines = (
            "  ".join(cell + " " * (wide - _width(cell)) for cell, wide in zip(row, widths, strict=True))
            for row in rows
        )
        return "\n".join(line.rstrip() for line in lines)

    def json(self) -> bytes:
        """Every window that was seen, and the rows."""
        told = {"when": _today(), "machine": machine_line(), "figures": self.figures, "results": self.results}
        return msgspec.json.format(msgspec.json.encode({**told, "plan": self.plan}), indent=1)

    def section(self) -> str:
        """For `docs/benchmarks.md`."""
        rows = [_HEAD, ("---",) * len(_HEAD), *map(_cells, self.figures)]
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        head = f"`{COMMAND}`, {_today()}, {self.seconds:.0f} s. {machine_line()}.\n{self._quiet()}"
        return f"{head}\n\n{table}\n\n{notes(self.plan)}"

    def _quiet(self) -> str:
        seen = _all_windows(self.results)
        strangers, load = (Spread.of(shares) for shares in _shares(seen))
        return (
            f"Median and, in brackets, least and most of the rounds. Strangers used {100 * strangers.median:.0f} % "
            f"(at most {100 * strangers.high:.0f} %) of the fuller core meanwhile; "
            f"the load used at most {100 * load.high:.0f} % of its own."
        )


def notes(plan: Plan) -> str:
    """How it is measured and what is left out."""
    speech, live, short = plan.speech, plan.live, plan.short
    return _NOTES.read_text(encoding="utf-8").format(
        tokens=len(speech.script.tokens),
        sentences=speech.sentences,
        token_ms=round(1000 * speech.token_seconds),
        speech_seconds=speech.sound_seconds,
        speech_sessions=plan.speech_cpu.sessions,
        live_seconds=live.sound_seconds,
        live_sessions=plan.live_cpu.sessions,
        tokens_per_second=round(1 / live.token_seconds),
        short_tokens=len(short.script.tokens),
        short_seconds=short.sound_seconds,
        new_sessions=plan.new_sessions,
    )


def write_section(docs: Path, section: str) -> None:
    """Replace what stands between the markers; a file without them is made or continued."""
    text = docs.read_text(encoding="utf-8") if docs.exists() else _NEW_FILE.format(begin=BEGIN, end=END)
    if BEGIN not in text or END not in text:
        text = f"{text.rstrip()}\n\n## Voice\n\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    docs.parent.mkdir(parents=True, exist_ok=True)
    docs.write_text(f"{before}{BEGIN}\n{section}\n{END}{after}", encoding="utf-8")


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _cells(figure: Figure) -> tuple[str, ...]:
    return (figure.what, figure.must, figure.aim, figure.reached, figure.baseline, figure.verdict)


def _width(cell: str) -> int:
    return sum(not unicodedata.combining(char) for char in cell)


def _all_windows(results: Results) -> Sequence[Seen]:
    rounds = (results.speech_cpu, results.live_cpu, results.delay, results.capacity)
    return [seen for pair in rounds for side in (pair.ours, pair.bare) for seen in side]


def _shares(windows: Sequence[Seen]) -> tuple[Sequence[float], Sequence[float]]:
    return [seen.strangers_share for seen in windows], [seen.load_share for seen in windows]
