"""What is offered at the cursor."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexy.modules.ai_router.offline_code.completion.complete import complete


@pytest.mark.parametrize(
    ("prefix", "suffix", "language", "text"),
    [
        (
            "function calculateTotal(items: Item[]) {\n  ",
            "\n}\n",
            "typescript",
            "return items.reduce((sum, item) => sum + item.price, 0);",
        ),
        ("def add(a: int, b: int) -> int:\n    ", "", "python", "return a + b"),
        ("class A:\n    def __init__(self, a, b=1):\n        ", "", "python", "self.a = a\n        self.b = b"),
        ("class A {\n  constructor(a: number) {\n    ", "\n  }\n}", "typescript", "this.a = a;"),
        ('def area(w, h):\n    """', "\n", "python", 'Area.\n\n    Args:\n        w: \n        h: \n    """'),
        ("/**", "\nfunction go() {\n", "javascript", "\n * Go.\n */"),
        ("from collections import ", "\nx = deque()\n", "python", "deque"),
        ("import js", "\njson.loads('1')\n", "python", "on"),
        ("import { useState } from 'react'\nimport { readFile } from '", "", "typescript", "node:fs/promises';"),
        ("const a1 = f(1);\nconst a2 = f(2);\n", "", "typescript", "const a3 = f(3);"),
        ("if (ready) {", "", "typescript", "\n  \n}"),
        ("print(total", "", "python", ")"),
        ("const customerName = 1;\nlog(cust", ")", "typescript", "omerName"),
        ("log.info('begin');\nlog.in", "", "javascript", "fo('begin');"),
        ("for i in ran", "", "python", "ge"),
        ("def f(x):\n    ret", "", "python", "urn"),
        (
            "class A:\n    def __init__(self):\n        self.name = 1\n\n    def f(self):\n        return self.",
            "",
            "python",
            "name",
        ),
        ("if __name__ == ", "", "python", '"__main__":'),
        ("def main():\n    pass\n\n\nif __name__", "", "python", ' == "__main__":\n    main()'),
        ("func Add(a, b int) int {\n\t", "\n}\n", "go", "return a + b"),
        ("const add = (a, b) => ", "", "typescript", "a + b;"),
        ("def total(items):\n    ", "", "python", "return sum(items)"),
        (
            "class Item:\n    amount: int\n\ndef total(items: list[Item]):\n    ",
            "",
            "python",
            "return sum(item.amount for item in items)",
        ),
    ],
)
def test_the_likeliest_comes(prefix: str, suffix: str, language: str, text: str) -> None:
    """Bodies, comments, imports, series, brackets, names and lines."""
    assert text in [one.text for one in complete(prefix, suffix, language).suggestions]


@pytest.mark.parametrize(
    ("prefix", "suffix", "language"),
    [("", "", "python"), ("if (a) {", "\n}\n", "typescript"), ("x = 1", "", "python"), ("f(", ")", "go")],
)
def test_nothing_is_offered_where_nothing_is_missing(prefix: str, suffix: str, language: str) -> None:
    """No guess is better than a poor one."""
    assert complete(prefix, suffix, language).suggestions == ()


@pytest.mark.parametrize(
    ("prefix", "suffix", "language"),
    [
        ("import os\nprint(os.path.", "", "python"),
        ("x = (1 +", "", "python"),
        ("console.log(a.", "", "typescript"),
        ("interface Item { name: string }\nfunction total(items: Item[]) {\n  ", "\n}\n", "typescript"),
    ],
)
def test_neither_a_broken_line_nor_an_invented_attribute(prefix: str, suffix: str, language: str) -> None:
    """Nothing is offered where only that could be."""
    assert complete(prefix, suffix, language).suggestions == ()


def test_what_no_parser_reads_is_not_offered() -> None:
    """A word that stands in the file is no value everywhere; broken code above forbids nothing."""
    assert complete("class A:\n    pass\n\n\nx = cla", "", "python").suggestions == ()
    offered = complete("const f = 1;\nconst x = cons", ";\n", "typescript").suggestions
    assert [one.text for one in offered] == ["ole"]
    assert complete("def f(x):\n    return x +)\nvalue = 1\nprint(val", ")", "python").suggestions != ()


def test_confidences_are_short() -> None:
    """Two digits: no rest of a subtraction is shown."""
    for prefix in ("print(total", "log(a", "for i in ran"):
        for one in complete(prefix, "", "python").suggestions:
            assert len(str(one.confidence)) <= 4


def test_surest_first_and_never_sure() -> None:
    """Confidence falls, and stays below 0.8: no model has looked at it."""
    found = complete("function calculateTotal(items: Item[]) {", "", "typescript").suggestions
    sure = [one.confidence for one in found]
    assert sure == sorted(sure, reverse=True)
    assert max(sure) < 0.8


@settings(max_examples=150, deadline=None)
@given(
    prefix=st.text(max_size=200),
    suffix=st.text(max_size=80),
    language=st.sampled_from(["python", "typescript", "go", ""]),
)
def test_any_text_is_answered(prefix: str, suffix: str, language: str) -> None:
    """Without failing, at most ten, and never blank."""
    found = complete(prefix, suffix, language).suggestions
    assert len(found) <= 10
    assert all(one.text.strip() for one in found)
