"""Where text from outside may become a query, a command, markup or code."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.analysis.text_rules import looks_like_secret, looks_like_sql
from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, line_of, text_of
from nexy.modules.ai_router.offline_code.syntax.tree_outline import called_name

if TYPE_CHECKING:
    from tree_sitter import Node

_SHELL_CALLS = re.compile(
    r"(?:^|\.)(?:execSync|exec\.Command(?:Context)?|system|popen)$|^(?:child_process\.|cp\.)?exec$"
)
_CODE_CALLS = frozenset({"eval", "Function", "window.eval", "globalThis.eval"})
_UNSAFE_C: Mapping[str, str] = {
    "gets": "fgets", "strcpy": "snprintf", "strcat": "snprintf", "sprintf": "snprintf", "vsprintf": "vsnprintf",
}  # fmt: skip
_VALUES = frozenset(
    {
        "identifier",
        "member_expression",
        "call_expression",
        "selector_expression",
        "subscript_expression",
        "index_expression",
    }
)
_SHELL_FLAGS = frozenset({"-c", "/c", "/C", "-lc", "-Command"})
_HANDING = frozenset({"binary_expression", "arguments", "argument_list", "argument"})
_HTML = re.compile(r"\.(?:innerHTML|outerHTML)$")
_FORMATS = re.compile(r"(?:^|\.)(?:Sprintf|format|String\.format)!?$")


def built_queries(tree: SourceTree) -> Iterator[Finding]:
    """SQL that is put together from text and values."""
    runners: dict[int, str] = {}
    for node in tree.of(tree.kinds.strings):
        text = tree.head(node).strip("\"'`")
        if not looks_like_sql(text + " ", _handed_to(tree, node, runners)):
            continue
        if _has_values(node) or _is_added_to(tree, node) or _is_formatted(tree, node, text):
            yield found("sql-injection", line_of(node))


def _has_values(node: "Node") -> bool:
    return any(child.type == "template_substitution" for child in node.named_children)


def _is_added_to(tree: SourceTree, node: "Node") -> bool:
    parent = tree.parent(node)
    if parent is None or parent.type != "binary_expression":
        return False
    other = parent.child_by_field_name("right")
    return other is not None and other.type not in ("string", "interpreted_string_literal", "string_literal")


def _is_formatted(tree: SourceTree, node: "Node", text: str) -> bool:
    return bool(re.search(r"%[svd]|\{\w*\}", text)) and bool(_FORMATS.search(_call_name(tree, node)))


def _call_name(tree: SourceTree, node: "Node") -> str:
    holder = tree.parent(node)
    call = tree.parent(holder) if holder is not None else None
    return called_name(call) if call is not None and call.type in tree.kinds.calls else ""


def _handed_to(tree: SourceTree, node: "Node", known: dict[int, str]) -> str:
    """The call that takes the string, whatever is added to it; the strings of one long sum are asked for once."""
    passed: list[int] = []
    outer = tree.parent(node)
    while outer is not None and outer.type in _HANDING and outer.id not in known:
        passed.append(outer.id)
        outer = tree.parent(outer)
    if outer is None or outer.id not in known:
        name = called_name(outer) if outer is not None and outer.type in tree.kinds.calls else ""
    else:
        name = known[outer.id]
    known.update(dict.fromkeys(passed, name))
    return name


def dangerous_calls(tree: SourceTree) -> Iterator[Finding]:
    """Calls that run what they are given, or write without bounds."""
    for call in tree.of(tree.kinds.calls):
        name = called_name(call)
        if name in _CODE_CALLS and tree.kinds.others >= {"debugger_statement"}:
            yield found("dynamic-code", line_of(call), name=name)
        elif _SHELL_CALLS.search(name) and _takes_built_text(tree, call, name):
            yield found("shell-injection", line_of(call), name=name)
        elif tree.language in ("c", "cpp") and name in _UNSAFE_C:
            yield found("unsafe-function", line_of(call), name=name, better=_UNSAFE_C[name])


def _takes_built_text(tree: SourceTree, call: "Node", name: str) -> bool:
    given = call.child_by_field_name("arguments")
    if given is None:
        return False
    takes = list(given.named_children)
    if name.startswith("exec.Command"):
        flag = next((place for place, one in enumerate(takes) if text_of(one).strip('"`') in _SHELL_FLAGS), len(takes))
        return any(_is_built(one) or one.type in _VALUES for one in takes[flag + 1 :])
    # C has no text with values in it: whatever is no literal was put together before.
    handed = tree.language in ("c", "cpp") and bool(takes) and takes[0].type in _VALUES
    return handed or any(_is_built(one) for one in takes)


def _is_built(node: "Node") -> bool:
    return node.type == "binary_expression" or _has_values(node)


def unsafe_html(tree: SourceTree) -> Iterator[Finding]:
    """Markup that is set from a value."""
    for node in tree.of({"assignment_expression"}):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if right is not None and _HTML.search(text_of(left)) and (right.type in _VALUES or _is_built(right)):
            yield found("unsafe-html", line_of(node), name=text_of(left).rpartition(".")[2])


def secrets(tree: SourceTree) -> Iterator[Finding]:
    """Keys and passwords written into the code."""
    for node in tree.of({*tree.kinds.declares, *tree.kinds.assigns, "pair"}):
        name = _first(node, "name", "key", "left", "pattern", "declarator")
        value = _first(node, "value", "right")
        if name is None or value is None:
            continue
        literal = value.named_children[0] if value.type == "expression_list" and value.named_children else value
        plain = text_of(name).rpartition(".")[2].strip("\"'* []")
        if literal.type in tree.kinds.strings and looks_like_secret(plain, text_of(literal).strip("\"'`")):
            yield found("hardcoded-secret", line_of(node), name=plain)


def _first(node: "Node", *fields: str) -> "Node | None":
    return next((child for field in fields if (child := node.child_by_field_name(field)) is not None), None)
