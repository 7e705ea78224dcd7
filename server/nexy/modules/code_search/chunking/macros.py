"""Definitions that stand inside of a macro, such as `cfg_unix! { fn open() {} }` in Rust."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from nexy.modules.code_search.chunking.grammars import Grammar
from nexy.modules.code_search.chunking.parsing import Span, matches

if TYPE_CHECKING:
    from tree_sitter import Tree

_ITEM: Final = re.compile(rb"\b(?:fn|struct|enum|impl|trait|mod)\s+[\w<]")
_OPEN: Final = b"{"
_NOT_BREAK: Final = re.compile(rb"[^\r\n]")


def without_macros(grammar: Grammar, tree: "Tree", source: bytes) -> bytes:
    """The source with blanks for each macro around plain items, so that every byte stays where it was."""
    if grammar.wrapped is None or _OPEN not in source:
        return source
    for start, end in _wrappers(grammar, tree, source):
        source = source[:start] + _NOT_BREAK.sub(b" ", source[start:end]) + source[end:]
    return source


def _wrappers(grammar: Grammar, tree: "Tree", source: bytes) -> Iterator[Span]:
    """Where each macro's name with its bracket stands, and the bracket at its end."""
    if grammar.wrapped is None:
        return
    for nodes in matches(grammar.wrapped, tree):
        macro, items = nodes["macro"][0], nodes["items"][0]
        start, end = items.start_byte, items.end_byte
        if source[start : start + 1] == _OPEN and _are_items(grammar, source[start + 1 : end - 1]):
            yield macro.start_byte, start + 1
            yield end - 1, end


def _are_items(grammar: Grammar, text: bytes) -> bool:
    """Whether it is code of its own, rather than a language that only the macro knows."""
    from tree_sitter import Parser

    return _ITEM.search(text) is not None and not Parser(grammar.language).parse(text).root_node.has_error
