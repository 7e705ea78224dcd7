"""The tables of speed: what each step and each stage took."""

from collections.abc import Sequence

from bench.search.pipeline import Indexing
from bench.search.speed import Speed
from bench.section import Row, table
from bench.voice.spread import Spread

_HEAD = ("step", "seconds", "pieces/s")


def step_table(speed: Speed) -> str:
    """Alone and in the pipeline, over the same files."""
    posted, large = speed.posted, speed.measured.large
    alone = (("cutting", posted.cutting), ("encoding terms and names", posted.encoding),
             ("building the mapped index", posted.building))  # fmt: skip
    rows = [
        *(_row(f"alone: {name}", seconds, posted.chunks) for name, seconds in alone),
        *(_row(f"pipeline: {stage}", seconds, large.chunks) for stage, seconds in large.stages.items()),
        _row("pipeline: all", large.seconds, large.chunks),
    ]
    return table(_HEAD, rows)


def told_of_pipeline(speed: Speed) -> str:
    """How much there was, and whose processor time it took."""
    measured, large, pulls = speed.measured, speed.measured.large, speed.measured.pulls
    sentences = (
        f"{large.files} files, {large.chunks} pieces; processor time {large.own_cpu:.0f} s of the process and "
        f"{large.database_cpu:.0f} s of PostgreSQL.",
        f"The mapped index has {speed.posted.index_mb:.0f} MB.",
        f"Before the large run the process had {measured.base_mb:.0f} MB.",
        f"{measured.answers} questions had an answer, {len(measured.milliseconds)} were timed; one took "
        f"{measured.query_cpu_ms:.1f} ms of processor time.",
        f"A pull took {_of(pulls, 'own_cpu')} s of processor time, and {_of(pulls, 'database_cpu')} s of PostgreSQL's.",
    )
    return " ".join(sentences)


def _row(name: str, seconds: float, chunks: int) -> Row:
    return (name, f"{seconds:.2f}", f"{chunks / seconds:.0f}" if seconds >= 0.01 else "–")


def _of(pulls: Sequence[Indexing], name: str) -> str:
    return Spread.of([getattr(pull, name) for pull in pulls]).text(2)
