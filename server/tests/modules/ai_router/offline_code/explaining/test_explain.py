"""What is said of a piece of code."""

import pytest

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.modules.ai_router.offline_code.explaining.explain import explain
from support.code_corpus import LIMITS

_CODE = '''import requests

def load(url: str, tries: int = 3) -> dict:
    """Load it."""
    for _ in range(tries):
        if url:
            return requests.get(url).json()
    raise ValueError(url)
'''


def test_signature_ways_calls_and_effects_are_told() -> None:
    """In sections, in English."""
    text = explain(_CODE, "", "python", "en", LIMITS)
    for part in (
        "`load`",
        "`url: str`",
        "gives `dict`",
        "has 1 loop,",
        "raises `ValueError`",
        "3 ways",
        "speaks with the network",
    ):
        assert part in text
    assert "No language model was used" in text


def test_russian_is_answered_in_russian() -> None:
    """With the same facts."""
    text = explain(_CODE, "", "python", "ru", LIMITS)
    assert "## Функции" in text
    assert "обращается к сети" in text


def test_a_symbol_narrows_it_down() -> None:
    """Only the function that was asked for is described."""
    text = explain("def a():\n    pass\n\n\ndef b():\n    pass\n", "b", "python", "en", LIMITS)
    assert ("`b`" in text, "`a`" in text) == (True, False)


@pytest.mark.parametrize(("symbol", "said"), [("Foo.bar", "nothing is known of `Foo.bar`"), ("", "no code to explain")])
def test_without_code_it_says_what_is_missing(symbol: str, said: str) -> None:
    """And invents nothing."""
    assert said in explain("", symbol, "", "en", LIMITS)


def test_other_languages_and_broken_code() -> None:
    """By tree-sitter, and by lines where nothing parses."""
    pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")
    text = explain(
        "export async function f(a: number): Promise<void> { await fetch('x'); }", "", "typescript", "en", LIMITS
    )
    assert "runs asynchronously" in text
    assert "speaks with the network" in text
    assert "cannot be parsed (line 1" in explain("def f(:\n", "", "python", "en", LIMITS)


def test_a_long_file_is_cut() -> None:
    """After twenty functions the rest is counted."""
    code = "\n".join(f"def f{n}():\n    pass\n" for n in range(30))
    assert "10 more functions" in explain(code, "", "python", "en", LIMITS)


def test_an_unknown_symbol_is_said() -> None:
    """All of the code is described, and why."""
    text = explain("def a():\n    pass\n", "nothere", "python", "en", LIMITS)
    assert "no function or class `nothere`" in text
    assert "`a`" in text


def test_a_class_and_its_method_are_symbols_too() -> None:
    """By the name of the class, and by both names."""
    code = "class A:\n    def one(self):\n        pass\n\n\ndef two():\n    pass\n"
    for symbol in ("A", "A.one"):
        text = explain(code, symbol, "python", "en", LIMITS)
        assert ("`one`" in text, "`two`" in text, "no function" in text) == (True, False, False)


def test_what_decides_in_an_expression_does_not_run_straight_through() -> None:
    """Two ways are two ways."""
    text = explain("def f(a, b):\n    return a and b\n", "", "python", "en", LIMITS)
    assert "decides within an expression, 2 ways through it" in text
    straight = explain("def f(a):\n    return a\n", "", "python", "en", LIMITS)
    assert "runs straight through, 1 way through it" in straight


def test_code_without_a_word_on_its_language() -> None:
    """What is assumed is said; what was not read is not counted."""
    assert "taken for Python" in explain("eval(input())", "", "", "en", LIMITS)
    small = OfflineCodeConfig(max_code_characters=1000)
    assert "Only the first 1000 of 1200 characters" in explain("x = 1\n" * 200, "", "python", "en", small)
    assert "functions" not in explain("MOVE A TO B\n", "", "cobol", "en", LIMITS)
