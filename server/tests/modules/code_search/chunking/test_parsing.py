"""Parses that come to an end, and what they find."""

from nexy.modules.code_search.chunking.grammars import Grammar, grammar_of
from nexy.modules.code_search.chunking.parsing import matches, mentions, parse

_PATIENT = 10.0


def python() -> Grammar:
    grammar = grammar_of("python")
    assert grammar is not None
    return grammar


def test_code_with_a_mistake_is_still_a_tree() -> None:
    """What fits the grammar is found around the mistake."""
    tree = parse(python(), b"def a():\n    return 1\n\n)(\n\ndef b():\n    return 2\n", _PATIENT)
    assert tree is not None
    names = [nodes["name"][0].text for nodes in matches(python().definitions, tree)]
    assert names == [b"a", b"b"]


def test_debris_is_no_tree() -> None:
    """Where most of the bytes fit nothing, nothing is said about them."""
    assert parse(python(), b"}}} ((( ]]] %%% ???\n" * 50, _PATIENT) is None


def test_nothing_is_a_tree_without_anything_in_it() -> None:
    """An empty file is no debris."""
    tree = parse(python(), b"", _PATIENT)
    assert tree is not None
    assert not matches(python().definitions, tree)


def test_parse_that_is_late_is_no_tree() -> None:
    """A long source stops at its bound of processor time; with patience it is parsed."""
    source = b"value = call(1, 2)\n" * 10_000
    assert parse(python(), source, 0.0) is None
    assert parse(python(), source, 60.0) is not None


def test_mentions_come_in_order_and_once() -> None:
    """Each place once, by where it begins, though several patterns fit."""
    source = b"@a.b\ndef f(x: T) -> T:\n    # c\n    return g(h(x))\n"
    tree = parse(python(), source, _PATIENT)
    assert tree is not None
    found = mentions(python().mentions, tree)
    assert [source[start:end] for start, end in found.calls] == [b"b", b"T", b"T", b"g", b"h"]
    assert [source[start:end] for start, end in found.comments] == [b"# c"]
    assert [source[start:end] for start, end in found.leads] == [b"@a.b"]


def test_what_lies_too_deep_is_not_looked_at() -> None:
    """A tree of thousands of levels is asked about its upper ones only."""
    source = b"(" * 3000 + b"f()" + b")" * 3000 + b"\ng()\n"
    tree = parse(python(), source, _PATIENT)
    assert tree is not None
    calls = mentions(python().mentions, tree).calls
    assert [source[start:end] for start, end in calls] == [b"g"]
