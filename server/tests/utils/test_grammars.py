"""The grammars of tree-sitter, where they are installed."""

import subprocess
import sys

import pytest

from nexy.utils.grammars import WITH_GRAMMAR, grammar_of


@pytest.mark.parametrize("language", sorted(WITH_GRAMMAR))
def test_every_language_on_the_list_has_its_grammar(language: str) -> None:
    """With the extra installed each of them parses, and is asked for once."""
    from tree_sitter import Parser

    grammar = grammar_of(language)
    assert grammar is not None
    assert Parser(grammar).parse(b"").root_node.end_byte == 0
    assert grammar_of(language) is grammar


@pytest.mark.parametrize("language", ["cobol", "", "text"])
def test_other_languages_have_none(language: str) -> None:
    """Whoever asks goes on without a tree."""
    assert grammar_of(language) is None


@pytest.mark.parametrize("package", ["tree_sitter", "tree_sitter_go"])
def test_a_missing_package_is_no_grammar(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Neither without the parser nor without the wheel of a language does anything fail."""
    monkeypatch.setitem(sys.modules, package, None)
    assert grammar_of.__wrapped__("go") is None


def test_a_grammar_is_loaded_when_it_is_wanted() -> None:
    """Importing the loader loads no wheel: most processes never parse."""
    code = "import sys, nexy.utils.grammars; print([name for name in sys.modules if name.startswith('tree_sitter')])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "[]"
