"""The parsers of the packages' languages, and where their functions and documentation stand."""

import functools

import tree_sitter_go
import tree_sitter_javascript
import tree_sitter_python
import tree_sitter_rust
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor

_LANGUAGES = {
    "python": tree_sitter_python.language,
    "javascript": tree_sitter_javascript.language,
    "typescript": tree_sitter_typescript.language_typescript,
    "go": tree_sitter_go.language,
    "rust": tree_sitter_rust.language,
}
_SCRIPT = """
    (function_declaration name: (_) @name) @function
    (generator_function_declaration name: (_) @name) @function
    (method_definition name: (_) @name) @function
    (variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function
    (comment) @comment
"""
_QUERIES = {
    "python": """
        (function_definition name: (identifier) @name) @function
        (module) @body
        (class_definition body: (block) @body)
        (function_definition body: (block) @body)
    """,
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "go": """
        (function_declaration name: (identifier) @name) @function
        (method_declaration name: (field_identifier) @name) @function
        (comment) @comment
    """,
    "rust": """
        (function_item name: (identifier) @name) @function
        (line_comment) @comment
        (block_comment) @comment
    """,
}
# A function in one of these is a detail of the function around it.
WITHIN_FUNCTION = frozenset({"function_definition", "function_declaration", "method_definition", "arrow_function",
                             "function_expression", "function_item", "method_declaration"})  # fmt: skip


def parsed(text: bytes, language: str) -> Node:
    """The root of the syntax tree."""
    return Parser(_language(language)).parse(text).root_node


def functions(root: Node, language: str) -> list[tuple[Node, str]]:
    """Every function and method with its name, in order, except those inside another function."""
    matches = QueryCursor(_query(language)).matches(root)
    named = [(found["function"][0], _text(found["name"][0])) for _, found in matches if "function" in found]
    return sorted(((node, name) for node, name in named if not _inside(node)), key=lambda pair: pair[0].start_byte)


def captured(root: Node, language: str, name: str) -> list[Node]:
    """What the language's query calls `name`, in order."""
    found = QueryCursor(_query(language)).captures(root).get(name, [])
    return sorted(found, key=lambda node: node.start_byte)


def last_row(node: Node) -> int:
    """The row of its last character: some grammars count the end of the line in."""
    return max(node.end_point.row - (node.end_point.column == 0), node.start_point.row)


@functools.cache
def _language(name: str) -> Language:
    return Language(_LANGUAGES[name]())


@functools.cache
def _query(name: str) -> Query:
    return Query(_language(name), _QUERIES[name])


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _inside(node: Node) -> bool:
    around = node.parent
    while around is not None:
        if around.type in WITHIN_FUNCTION:
            return True
        around = around.parent
    return False
