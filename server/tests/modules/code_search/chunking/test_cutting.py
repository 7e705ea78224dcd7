"""Where long pieces are cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nexy.config.code_search_section import CodeChunkingConfig
from nexy.modules.code_search.chunking.cutting import cuts
from nexy.modules.code_search.chunking.lines import Lines

_BOUNDS = CodeChunkingConfig(max_lines=10, max_characters=500)


def test_cut_prefers_air_then_the_least_indented_line() -> None:
    """A blank line in the second half ends a piece; without one, the line before the least indented."""
    airy = Lines("a\n" * 7 + "\n" + "a\n" * 7)
    assert next(cuts(airy, 0, 14, _BOUNDS)) == (0, 7)
    deep = Lines("  a\n" * 7 + "b\n" + "  a\n" * 7)
    assert next(cuts(deep, 0, 14, _BOUNDS)) == (0, 6)


def test_line_that_alone_is_too_long_is_a_piece_of_its_own() -> None:
    """Lines are never cut in two."""
    lines = Lines("a\n" + "b" * 2000 + "\nc")
    assert list(cuts(lines, 0, 2, _BOUNDS)) == [(0, 0), (1, 1), (2, 2)]


@given(st.lists(st.sampled_from(["", "a", "  b", "c" * 300, "d" * 700]), min_size=1, max_size=80))
def test_pieces_follow_each_other_within_their_bounds(rows: list[str]) -> None:
    """From the first row to the last without a gap, each within the bounds unless it is one line."""
    lines = Lines("\n".join(rows))
    pieces = list(cuts(lines, 0, len(rows) - 1, _BOUNDS))
    assert pieces[0][0] == 0
    assert pieces[-1][1] == len(rows) - 1
    assert all(one[1] + 1 == following[0] for one, following in pairwise(pieces))
    for first, last in pieces:
        assert first == last or (last - first < 10 and sum(len(row) + 1 for row in rows[first : last + 1]) <= 501)
