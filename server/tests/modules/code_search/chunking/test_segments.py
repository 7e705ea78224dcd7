"""Which rows belong to whom."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nexy.config.code_search_section import CodeChunkingConfig
from support.chunked import cut

_ROWS = ("def f(): pass", "class A:", "    def m(self): pass", "", "x = 1", "# c")
_LEAST = CodeChunkingConfig().least_lines


def rows(code: str, language: str = "python") -> Sequence[tuple[int, int, str]]:
    return [(chunk.start_line, chunk.end_line, chunk.symbol) for chunk in cut(code, language).chunks]


def test_brackets_that_close_stay_with_what_they_end() -> None:
    """A line of brackets is no piece of its own, however many there are."""
    code = "class A {\n  a() {\n    b();\n  }\n}\n\n);\n"
    assert rows(code, "javascript") == [(1, 1, "A"), (2, 7, "A.a")]


def test_scraps_between_methods_go_with_the_one_before() -> None:
    """Fewer lines than the bound; with as many the class has a piece between its methods."""
    for count in (1, _LEAST - 1, _LEAST):
        between = "".join(f"    field{number} = 1\n" for number in range(count))
        symbols = [
            symbol for _, _, symbol in rows(f"class A:\n    def a(self): pass\n{between}    def b(self): pass\n")
        ]
        assert symbols == (["A", "A.a", "A.b"] if count < _LEAST else ["A", "A.a", "A", "A.b"])


def test_short_opening_goes_with_what_it_opens_and_a_long_one_does_not() -> None:
    """One line of a namespace joins its first function; what says more stands alone."""
    assert rows("namespace a {\nint f() { return 1; }\n}\n", "cpp") == [(1, 3, "f")]
    assert rows("int x;\nint y;\nnamespace a {\nint f() { return 1; }\n}\n", "cpp") == [(1, 3, ""), (4, 5, "f")]


def test_opening_far_above_stays_alone() -> None:
    """Blank lines part it from what follows."""
    assert rows("if a:\n\n\n\n    def f(): pass\n") == [(1, 1, ""), (5, 5, "f")]


def test_named_head_is_never_joined_to_its_first_method() -> None:
    """A class of one line is a piece: it is what the class's name finds."""
    assert rows("class A:\n    def a(self): pass\n") == [(1, 1, "A"), (2, 2, "A.a")]


def test_things_on_one_line_are_one_piece() -> None:
    """Lines are never shared, so the first on a line has it."""
    assert rows("function a() {} function b() {}\n", "javascript") == [(1, 1, "a")]
    assert rows("class A { a() {} }\n", "javascript") == [(1, 1, "A")]


@given(
    st.lists(st.sampled_from(["def f(): pass", "class A:", "    def m(self): pass", "", "x = 1", "# c"]), max_size=30)
)
def test_pieces_follow_each_other(lines: list[str]) -> None:
    """In the order of the file, without sharing a line, and without blank lines at their ends."""
    places = rows("\n".join(["pass", *lines]))
    for (_, ended, _), (began, _, _) in pairwise(places):
        assert ended < began
    text = ["pass", *lines]
    for began, ended, _ in places:
        assert text[began - 1].strip()
        assert text[ended - 1].strip()
