"""The language of code that comes without a word on it."""

import time

import pytest

from nexy.modules.ai_router.offline_code.syntax.assuming import assumed_language, unfenced


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("eval(input())", "python"),
        ("x = pickle.loads(d)", "python"),
        ("#!/usr/bin/env bash\nls", "bash"),
        ("#!/usr/bin/env python3\nx", "python"),
        ("rm -rf $1/*", "bash"),
        ("def add(a, b)\n  a + b\nend\n", "ruby"),
        ("Please look at the login of this project.", ""),
        ("yes", ""),
        ('{"a": [1, 2]}', ""),
        ("Title: text\n", ""),
        (" \n", ""),
        ("", ""),
    ],
)
def test_marks_then_python(code: str, language: str) -> None:
    """Prose and data are in none."""
    assert assumed_language(code) == language


@pytest.mark.parametrize(
    ("code", "language"),
    [("let total; total = add(1, 2); show(total);", "javascript"), ("func main() { a := 1; run(a) }", "go")],
)
def test_then_the_grammar_that_takes_it(code: str, language: str) -> None:
    """Where no mark tells and Python refuses it, the grammar with fewest mistakes."""
    pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")
    assert assumed_language(code) == language


@pytest.mark.parametrize("hostile", ["(", "{", "/", "a.", "<", "\n", "x ", "'"])
def test_no_text_takes_long(hostile: str) -> None:
    """Only a beginning is read, and the parsers end in time."""
    began = time.thread_time()
    assumed_language(hostile * 50_000)
    assert time.thread_time() - began < 1.0


def test_a_fence_around_all_of_it_is_taken_off() -> None:
    """Lines keep their numbers; a fence within a text stays."""
    assert unfenced("```py\na\nb\n```\n") == ("python", "\na\nb")
    assert unfenced("a\n```py\nb\n```") == ("", "a\n```py\nb\n```")
