"""Comments without their marks."""

import time

import pytest

from support.chunked import cut, named


@pytest.mark.parametrize(
    ("language", "code", "said"),
    [
        ("python", "# one\n#: two\n#! three\ndef f(): pass\n", "one\n: two\nthree"),
        ("python", "def f():\n    r'''raw'''\n", "raw"),
        ("rust", "/// one\n//! two\nfn f() {}\n", "one\n\ntwo"),
        ("javascript", "/**\n * one\n * @param a two\n */\nfunction f() {}\n", "one\n@param a two"),
        ("c", "/*** one ***/\nint f() { return 1; }\n", "one"),
        ("go", "// one\n//\n// two\nfunc f() {}\n", "one\n\ntwo"),
        ("java", "/** one */\nclass F { /* two */ }\n", "one \ntwo"),
    ],
)
def test_marks_of_comments_are_taken_away(language: str, code: str, said: str) -> None:
    """What is left is what was said."""
    (piece,) = named(cut(code, language)).values()
    assert piece.comment == said


@pytest.mark.parametrize("filling", [" ", "*", "/", "#", "\t", "* ", "*/ ", '"', "'''"])
def test_taking_marks_away_takes_time_in_proportion(filling: str) -> None:
    """A comment of a third of a megabyte of blanks or signs costs no quadratic time."""
    began = time.process_time()
    cut("# " + filling * (300_000 // len(filling)) + "x\ndef f(): pass\n")
    assert time.process_time() - began < 5


def test_comment_across_a_cut_is_shared_by_both_pieces() -> None:
    """Each piece has the part of the comment that stands in its lines."""
    rows = "".join(f"    line {number}\n" for number in range(200))
    file = cut(f'def f():\n    """{rows}    """\n    return 1\n')
    assert len(file.chunks) > 1
    assert "line 1\n" in file.chunks[0].comment
    assert "line 199" in file.chunks[-1].comment
    assert file.chunks[0].code == "def f():"
