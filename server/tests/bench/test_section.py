"""A benchmark writes its own section and nobody else's."""

from pathlib import Path

from bench.section import table, told, write_section

OTHERS = "# Benchmarks\n\n## Voice\n\n<!-- voice:begin -->\nfigures\n<!-- voice:end -->\n"


def test_a_section_is_added_and_then_replaced(tmp_path: Path) -> None:
    """What others wrote stays, however often it is written."""
    document = tmp_path / "benchmarks.md"
    document.write_text(OTHERS, encoding="utf-8")
    for text in ("first", "second"):
        write_section("history", "History", text, document)
    assert document.read_text(encoding="utf-8") == (
        f"{OTHERS}\n## History\n\n<!-- history:begin -->\nsecond\n\n<!-- history:end -->\n"
    )


def test_a_document_that_is_not_there_is_made(tmp_path: Path) -> None:
    """A fresh checkout without figures."""
    write_section("history", "History", "text", tmp_path / "benchmarks.md")
    assert (tmp_path / "benchmarks.md").read_text(encoding="utf-8").startswith("# Benchmarks\n\n## History")


def test_a_table_stands_in_columns() -> None:
    """In a terminal as in the document."""
    assert table(("what", "n"), [("longer words", "1")]) == (
        "| what         | n |\n| ------------ | - |\n| longer words | 1 |"
    )


def test_every_section_names_its_command() -> None:
    """Whoever doubts a figure can make it again."""
    assert told("python -m bench.history", "body").startswith("`python -m bench.history`, 20")
