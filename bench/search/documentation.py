"""Which nodes of a file are documentation, and which function each belongs to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from bench.search.grammar import captured, functions, last_row, parsed

_DOC_MARKS = {"javascript": ("/**",), "typescript": ("/**",), "rust": ("///", "//!", "/**", "/*!")}
_BETWEEN = frozenset({"attribute_item", "decorator", "comment", "line_comment", "block_comment"})
_WRAPPERS = frozenset({"export_statement", "lexical_declaration", "variable_declaration", "decorated_definition"})
_GO_DECLARATIONS = frozenset({"package_clause", "function_declaration", "method_declaration", "type_declaration",
                              "const_declaration", "var_declaration", "field_declaration", "method_elem", "const_spec",
                              "var_spec", "type_spec"})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """A function as it stands in the original file: rows count from 0, `doc` is its documentation with its marks."""

    name: str
    first_row: int
    last_row: int
    doc: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The functions of a file, the documentation in it, and which of that is all that a body consists of."""

    functions: Sequence[Documented]
    docs: Sequence[Node] = field(repr=False)
    alone: frozenset[int] = frozenset()


def reading(text: bytes, language: str) -> Reading:
    """What `documentation` means depends on the language: docstrings, or comments of the kind that tools extract."""
    root = parsed(text, language)
    found = functions(root, language)
    if language == "python":
        docs = [doc for body in captured(root, language, "body") if (doc := _docstring(body))]
        alone = frozenset(doc.start_byte for doc in docs if _only_statement(doc))
        named = [_documented(node, name, [d] if (d := _docstring_of(node)) else []) for node, name in found]
        return Reading(functions=named, docs=docs, alone=alone)
    docs = _doc_comments(captured(root, language, "comment"), language)
    known = {doc.start_byte for doc in docs}
    named = [_documented(node, name, _before(node, known)) for node, name in found]
    return Reading(functions=named, docs=docs)


def _documented(node: Node, name: str, docs: Iterable[Node]) -> Documented:
    text = [(doc.text or b"").decode("utf-8", "replace") for doc in docs]
    return Documented(name=name, first_row=node.start_point.row, last_row=last_row(node), doc=text)


def _docstring_of(function: Node) -> Node | None:
    body = function.child_by_field_name("body")
    return _docstring(body) if body else None


def _docstring(body: Node) -> Node | None:
    first = next((child for child in body.named_children if child.type != "comment"), None)
    if first is None or first.type != "expression_statement" or first.named_child_count != 1:
        return None
    inner = first.named_children[0]
    return inner if inner.type in ("string", "concatenated_string") else None


def _only_statement(doc: Node) -> bool:
    body = doc.parent.parent if doc.parent else None
    return body is not None and body.type == "block" and sum(c.type != "comment" for c in body.named_children) == 1


def _doc_comments(comments: Sequence[Node], language: str) -> list[Node]:
    if language == "go":
        return [comment for comment in comments if _before_declaration(comment)]
    marks = _DOC_MARKS[language]
    return [comment for comment in comments if (comment.text or b"").decode("utf-8", "replace").startswith(marks)]


def _before_declaration(comment: Node) -> bool:
    """In Go any comment right above a declaration is its documentation; one behind code on the same line is not."""
    before = comment.prev_sibling
    if before is not None and last_row(before) == comment.start_point.row:
        return False
    here, after = comment, comment.next_sibling
    while after is not None and after.start_point.row <= last_row(here) + 1:
        if after.type in _GO_DECLARATIONS:
            return True
        if after.type != "comment":
            return False
        here, after = after, after.next_sibling
    return False


def _before(function: Node, known: set[int]) -> list[Node]:
    """The documentation right above a function, attributes and other comments between."""
    node = function
    while node.parent is not None and node.parent.type in _WRAPPERS:
        node = node.parent
    docs: list[Node] = []
    above = node.prev_sibling
    while above is not None and above.type in _BETWEEN and last_row(above) + 1 >= node.start_point.row:
        if above.start_byte in known:
            docs.insert(0, above)
        node, above = above, above.prev_sibling
    return docs
