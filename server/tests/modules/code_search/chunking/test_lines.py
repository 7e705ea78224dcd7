"""Rows and bytes of a text."""

from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.chunking.lines import Lines


@given(st.text())
def test_rows_and_spans_agree_with_the_text(text: str) -> None:
    """The rows are the text's lines by line feed, and each row's span is its line."""
    lines = Lines(text)
    rows = text.split("\n")
    assert [lines.text(*lines.span(row, row)) for row in range(len(lines.rows))] == rows
    assert all(lines.row_of(lines.starts[row]) == row for row in range(len(rows)))


def test_line_feed_at_the_end_of_a_span_is_its_own_row() -> None:
    """A node that ends with its line feed ends in that line."""
    lines = Lines("/// a\nfn b")
    assert lines.last_row_of(0, 6) == 0
    assert lines.last_row_of(0, 7) == 1


def test_half_of_a_surrogate_pair_survives() -> None:
    """Text of a broken file comes out as it went in."""
    assert Lines("a\ud800b").text(0, 5) == "a\ud800b"


def test_bounds_inside_of_a_character_are_shown_as_unknown() -> None:
    """A cut through a character does not fail."""
    assert Lines("é").text(0, 1) == "\ufffd"


def test_blank_rows_at_both_ends_are_trimmed() -> None:
    """Nothing is left of blank rows alone."""
    lines = Lines("\n  \na\n\nb\n\t\n")
    assert lines.trimmed(0, 6) == (2, 4)
    assert lines.trimmed(0, 1) is None
