"""Imports and local names that nobody uses."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, line_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_VERSION = re.compile(r"/v\d+$")
_LAST = re.compile(r"[\w]+$")


def unused_imports(tree: SourceTree) -> Iterator[Finding]:
    """Imported and never mentioned again."""
    if tree.language not in ("typescript", "tsx", "javascript", "go", "java"):
        return
    mentions = Counter(_names(tree))
    for node in tree.of(tree.kinds.imports):
        inside = Counter(_names_in(tree, node))
        for name, shown in _bound(tree, node):
            if mentions[name] <= inside[name]:
                yield found("unused-import", line_of(node), name=shown)


def _names(tree: SourceTree) -> Iterator[str]:
    names = (text_of(node) for node in tree.of(tree.kinds.names))
    fields = (text_of(node) for node in tree.of({"package_identifier"} - tree.kinds.names))
    yield from names
    yield from fields


def _names_in(tree: SourceTree, outer: "Node") -> Iterator[str]:
    waiting = [outer]
    while waiting:
        node = waiting.pop()
        if node.type in tree.kinds.names:
            yield text_of(node)
        waiting.extend(node.named_children)


def _bound(tree: SourceTree, node: "Node") -> Iterator[tuple[str, str]]:
    """The names that an import gives, and how to show them."""
    match tree.language:
        case "go":
            path = text_of(node.child_by_field_name("path")).strip('"`')
            name = text_of(node.child_by_field_name("name"))
            # A package may be called otherwise than its folder when that is no plain name.
            last = _VERSION.sub("", path).rpartition("/")[2]
            if name not in ("_", ".") and (name or last.isidentifier()):
                yield name or last, path
        case "java":
            text = text_of(node).removesuffix(";").strip()
            if not text.endswith("*") and (last_name := _LAST.search(text)):
                yield last_name[0], last_name[0]
        case _:
            yield from _script_names(node)


def _script_names(node: "Node") -> Iterator[tuple[str, str]]:
    waiting = list(node.named_children)
    while waiting:
        part = waiting.pop(0)
        if part.type == "import_specifier":
            name = text_of(part.child_by_field_name("alias") or part.child_by_field_name("name"))
            yield name, name
        elif part.type == "identifier":
            # React is there for the markup's sake.
            if text_of(part) != "React":
                yield text_of(part), text_of(part)
        else:
            waiting = [*part.named_children, *waiting]


def unused_variables(tree: SourceTree) -> Iterator[Finding]:
    """Local constants and variables of a script that are never read."""
    if tree.language not in ("typescript", "tsx", "javascript"):
        return
    mentions = Counter(_names(tree))
    for node in tree.of({"variable_declarator"}):
        name = node.child_by_field_name("name")
        if name is None or name.type != "identifier" or not _is_local(tree, node):
            continue
        text = text_of(name)
        if mentions[text] == 1 and not text.startswith("_"):
            yield found("unused-variable", line_of(node), name=text, function="")


def _is_local(tree: SourceTree, node: "Node") -> bool:
    around = tree.around(node)
    return around.function is not None and not around.looped
