"""Definitions inside of macros."""

import pytest

from nexy.modules.code_search.chunking.grammars import Grammar, grammar_of
from nexy.modules.code_search.chunking.macros import without_macros
from nexy.modules.code_search.chunking.parsing import parse


def bare(source: bytes, language: str = "rust") -> bytes:
    grammar = grammar_of(language)
    assert isinstance(grammar, Grammar)
    tree = parse(grammar, source, 10.0)
    assert tree is not None
    return without_macros(grammar, tree, source)


def test_macro_becomes_blanks_of_the_same_length() -> None:
    """Every byte of what it holds stays where it was, and so does every line feed."""
    source = b"cfg! {\n    fn a() {}\n}\nfn b() {}\n"
    assert bare(source) == b"      \n    fn a() {}\n \nfn b() {}\n"


@pytest.mark.parametrize(
    "source",
    [
        b"rules! { ($a:expr) => { fn } }\n",
        b"vec! { 1, 2, 3 }\n",
        b"items!( fn a() {} );\n",
        b"fn a() { select! { b => {} } }\n",
        b"fn a() {}\n",
    ],
)
def test_what_is_no_plain_wrapper_stays(source: bytes) -> None:
    """A language of the macro's own, values, other brackets, and macros inside of functions."""
    assert bare(source) == source


def test_languages_without_such_macros_are_not_looked_at() -> None:
    """Only the grammar that shows tokens needs it."""
    source = b"int f() { return 1; }\n"
    assert bare(source, "c") is source
