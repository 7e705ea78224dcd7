"""What is told about a run."""

import re
from pathlib import Path

import msgspec
from bench.voice.plan import FULL
from bench.voice.report import BEGIN, END, Report, write_section
from bench.voice.servers import ROOT

from support.bench_results import results

REPORT = Report(results=results(), plan=FULL, seconds=200.0)


def test_the_table_is_plain_and_aligned() -> None:
    """Every row begins its columns where the head does."""
    head, *rows = REPORT.table().splitlines()
    assert len(rows) == len(REPORT.figures)
    column = head.index("must")
    assert all(row[column - 1] == " " and row[column] in "≤≥" for row in rows)


def test_the_section_names_command_date_machine_and_limits() -> None:
    """A reader can repeat it and knows what is missing."""
    section = REPORT.section()
    assert re.search(r"`python -m bench\.voice`, \d{4}-\d\d-\d\d, 200 s\.", section)
    assert re.search(r"\d+ cores, .* Python 3\.\d+", section)
    assert "What is left out" in section
    assert "{" not in section
    assert str(ROOT) not in section


def test_the_json_holds_every_window() -> None:
    """What the table rounds can be read exactly."""
    told = msgspec.json.decode(REPORT.json())
    assert told["results"]["speech_cpu"]["ours"][0]["server_cpu_seconds"] == 1.2
    assert [figure["met"] for figure in told["figures"]] == [True] * len(REPORT.figures)
    assert told["plan"]["delay"]["sessions"] == 12


def test_only_the_section_is_replaced(tmp_path: Path) -> None:
    """What others wrote before and after the markers stays byte by byte."""
    docs = tmp_path / "benchmarks.md"
    docs.write_text(f"# Mine\n\n{BEGIN}\nold\n{END}\n\n## Search\nkept\n", encoding="utf-8")
    write_section(docs, "new")
    assert docs.read_text(encoding="utf-8") == f"# Mine\n\n{BEGIN}\nnew\n{END}\n\n## Search\nkept\n"


def test_a_file_without_markers_is_continued(tmp_path: Path) -> None:
    """Neither a missing file nor one of other sections is lost."""
    docs = tmp_path / "docs" / "benchmarks.md"
    write_section(docs, "first")
    assert docs.read_text(encoding="utf-8").startswith("# Benchmarks")
    docs.write_text("# Other\n", encoding="utf-8")
    write_section(docs, "second")
    assert docs.read_text(encoding="utf-8") == f"# Other\n\n## Voice\n\n{BEGIN}\nsecond\n{END}\n"
