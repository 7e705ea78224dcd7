"""Measures by their definitions, on code small enough to count by hand."""

import math

import pytest

from nexy.modules.ai_router.offline_code.analysis.measures import halstead, maintainability_index, source_lines
from nexy.modules.ai_router.offline_code.analysis.report import analyse
from support.code_corpus import LIMITS


def test_halstead_counts_operators_and_operands() -> None:
    """`a = b + b` has the operators = and + and the operands a and b, five tokens in all."""
    counted = halstead("a = b + b")
    assert (counted.distinct, counted.total) == (4, 5)
    assert counted.volume == pytest.approx(5 * math.log2(4))


def test_comments_are_no_tokens() -> None:
    """Neither kind of comment counts, and a # inside a string does."""
    assert halstead("a = 1  # b c d").total == 3
    assert halstead("a = 1; // b c d").total == 4
    assert halstead("a = '#'").total == 3


def test_the_index_follows_the_formula() -> None:
    """171 - 5.2 ln V - 0.23 G - 16.2 ln LOC, times 100/171."""
    expected = (171 - 5.2 * math.log(1000) - 0.23 * 10 - 16.2 * math.log(50)) * 100 / 171
    assert maintainability_index(1000, 10, 50) == pytest.approx(expected, abs=0.06)


def test_the_index_stays_between_0_and_100() -> None:
    """Nothing is worth 100, and a monster no less than 0."""
    assert maintainability_index(0, 1, 0) == 100.0
    assert maintainability_index(1e12, 10_000, 1_000_000) == 0.0


def test_source_lines_leave_out_blanks_and_comments() -> None:
    """Block comments too; a line with code and a comment counts."""
    assert source_lines("a = 1\n\n# only this\nb = 2  # and this\n", "python") == 2
    assert source_lines("/* one\n two */\nlet a = 1; // x\n// y\n", "typescript") == 1


def test_cyclomatic_complexity_is_decisions_plus_one() -> None:
    """if, elif, and, for: four decisions."""
    code = "def f(x, y):\n    if x and y:\n        return 1\n    elif y:\n        return 2\n    for _ in y: pass\n"
    assert analyse(code, "python", "en", LIMITS).metrics.cyclomatic_complexity == 5


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("typescript", "function f(x: number) { if (x && x > 1) { return 1; } return x ? 2 : 3; }"),
        ("go", "package a\nfunc f(x bool) int { if x && x { return 1 }; for x { }; return 2 }"),
        ("rust", "fn f(x: i32) -> i32 { if x > 1 && x < 3 { 1 } else { while x > 2 {} 2 } }"),
        ("java", "class A { int f(int x) { if (x > 1 && x < 3) { return 1; } return x > 2 ? 1 : 2; } }"),
        ("c", "int f(int x) { if (x && x > 1) { return 1; } return x ? 2 : 3; }"),
    ],
)
def test_other_languages_count_alike(language: str, code: str) -> None:
    """An if, an && and one more decision make four."""
    pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")
    assert analyse(code, language, "en", LIMITS).metrics.cyclomatic_complexity == 4


def test_an_else_if_is_no_deeper_and_a_default_no_decision() -> None:
    """A chain of else-if stays at depth one."""
    pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")
    chain = "function f(x: number) {" + " else ".join(f"if (x === {n}) {{ g({n}); }}" for n in range(6)) + "}"
    found = analyse(chain, "typescript", "en", LIMITS)
    assert not [one for one in found.suggestions if one.id.startswith("deep-nesting")]
    switch = "function f(x: number) { switch (x) { case 1: g(); break; default: h(); } }"
    assert analyse(switch, "typescript", "en", LIMITS).metrics.cyclomatic_complexity == 2
