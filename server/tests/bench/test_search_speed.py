"""The speed part: how it judges, what it tells, and that it runs on a small tree."""

import dataclasses
from pathlib import Path

import pytest
from bench.router.verdict import met
from bench.search.judging import BASELINE, Asked, Judged
from bench.search.metrics import Ranked
from bench.search.ours import WITH_VECTORS, WITHOUT_MODEL
from bench.search.pipeline import Indexing, Measured
from bench.search.plan import QUICK
from bench.search.posting import Posted, posted
from bench.search.queries import Kind, Query
from bench.search.report import Results, figure_table, whole_text
from bench.search.speed import Speed, speed
from bench.search.speed_tables import step_table, told_of_pipeline
from bench.search.verdict import quality_figures, speed_figures

_RUN = Indexing(files=1000, chunks=60_000, read_files=10, seconds=100.0, stages={"read": 90.0, "publish": 10.0},
                own_cpu=80.0, database_cpu=10.0, passed=True)  # fmt: skip


def _speed(
    *, post: float = 1500, searchable: float = 600, query_ms: float = 30, pull: float = 1.0, peak_mb: float = 500
) -> Speed:
    large = dataclasses.replace(_RUN, seconds=_RUN.chunks / searchable)
    measured = Measured(
        large=large,
        peak_mb=peak_mb,
        base_mb=70.0,
        answers=20,
        query_cpu_ms=9.0,
        milliseconds=[query_ms] * 20,
        pulls=[dataclasses.replace(_RUN, seconds=pull)],
    )
    spent = _RUN.chunks / post
    alone = Posted(files=1000, chunks=_RUN.chunks, cutting=1.0, encoding=spent / 2, building=spent / 2, index_mb=9.0)
    return Speed(measured=measured, posted=alone)


def _judged(*, base: int = 2, ours: int = 1, vectors: int = 1, english: int = 1, russian: int = 1) -> Judged:
    """One query of each kind; the numbers are ranks of its answer."""
    ranks = {
        Kind.PAIR: {BASELINE: base, WITHOUT_MODEL: ours, WITH_VECTORS: vectors},
        Kind.ENGLISH: {BASELINE: base, WITHOUT_MODEL: english, WITH_VECTORS: english},
        Kind.RUSSIAN: {BASELINE: base, WITHOUT_MODEL: russian, WITH_VECTORS: russian},
    }
    asked = [
        Asked(
            query=Query(kind=kind, package="house", number=0, text="?", answers=()),
            ranked={name: Ranked(ranks=[rank], answers=1) for name, rank in found.items()},
        )
        for kind, found in ranks.items()
    ]
    return Judged(asked=asked, chunks={"house": 3})


def test_the_marks_of_speed_are_those_of_the_specification() -> None:
    """1500 and 600 pieces a second, 30 ms, a second, 500 MB; each is missed alone."""
    assert met(speed_figures(_speed()))
    for worse in (_speed(post=1499), _speed(searchable=599), _speed(query_ms=30.1), _speed(pull=1.01),
                  _speed(peak_mb=501)):  # fmt: skip
        assert not met(speed_figures(worse))


def test_the_marks_of_quality_are_those_of_the_specification() -> None:
    """Four and eight hundredths above the baseline, questions among the first five, Russian ones within a tenth."""
    assert met(quality_figures(_judged()))
    for worse in (_judged(ours=2), _judged(vectors=2), _judged(english=6, russian=1), _judged(russian=6)):
        assert not met(quality_figures(worse))


def test_a_gain_below_the_mark_is_missed() -> None:
    """1/24 is more than 0.04 and less than 0.08."""
    rows = quality_figures(_judged(base=24, ours=12, vectors=12))
    gains = [row.verdict for row in rows if row.what.startswith("pairs")]
    assert gains == ["aim", "missed"]


def test_without_vectors_their_row_is_not_there() -> None:
    """A row that nobody measured would be a claim."""
    seen = _judged()
    without = [
        dataclasses.replace(asked, ranked={k: v for k, v in asked.ranked.items() if k != WITH_VECTORS})
        for asked in seen.asked
    ]
    assert not [row for row in quality_figures(dataclasses.replace(seen, asked=without)) if "vectors" in row.what]


def test_the_whole_section_has_every_part() -> None:
    """Judged figures first, then what they come from."""
    results = Results(tuning=_judged(), held_out=_judged(), speed=_speed())
    rows = [*quality_figures(results.held_out), *speed_figures(results.speed)]
    text = whole_text(rows, results, "quiet")
    assert text.startswith(figure_table(rows))
    for part in (
        "quiet",
        "set aside",
        "tuned on",
        step_table(results.speed),
        told_of_pipeline(results.speed),
        "How it",
    ):
        assert part in text


def _tree(root: Path) -> Path:
    for number in range(12):
        file = root / f"part{number % 3}" / f"file{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"def topological_order_{number}(graph):\n    return sorted(graph)\n", encoding="utf-8")
    return root


def test_posting_alone_counts_what_it_did(tmp_path: Path) -> None:
    """Every file and piece, and an index that is not empty."""
    made = posted(_tree(tmp_path / "tree"))
    assert (made.files, made.chunks) == (12, 12)
    assert made.index_mb > 0
    assert made.per_second > 0


@pytest.mark.slow
def test_the_quick_speed_part_runs(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The real modules over the embedded database index, answer, and read again only what a pull changed."""
    folder = tmp_path_factory.mktemp("speed")
    for each in (folder, *folder.parents):
        if each.name.startswith("pytest"):
            each.chmod(0o711)
    seen = speed(QUICK, folder, {"tree": _tree(folder / "tree")})
    assert seen.measured.large.passed
    assert seen.measured.large.chunks == 12
    assert [pull.read_files for pull in seen.measured.pulls] == [QUICK.changed]
    assert len(seen.measured.milliseconds) == QUICK.questions
    assert len(speed_figures(seen)) == 5
