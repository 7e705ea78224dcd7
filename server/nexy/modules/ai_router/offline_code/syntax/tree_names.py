"""What a function in a tree is called, takes, gives and belongs to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.syntax.outline import Parameter
from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMED_BY = ("variable_declarator", "pair", "public_field_definition", "field_definition", "assignment_expression")
_NO_PARAMETERS = frozenset({"comment", "line_comment", "block_comment", "self_parameter", "attribute_item"})
_WRAPPERS = frozenset({"export_statement", "lexical_declaration", "variable_declarator", "decorator"})


def function_name(tree: SourceTree, node: "Node | None") -> str:
    """Its name, or that of what it is assigned to; "" for one without any."""
    if node is None:
        return ""
    if (name := node.child_by_field_name("name")) is not None:
        return text_of(name)
    if (declarator := _c_declarator(node)) is not None:
        return text_of(declarator.child_by_field_name("declarator"))
    parent = tree.parent(node)
    if parent is None or parent.type not in _NAMED_BY:
        return ""
    for field in ("name", "key", "property", "left"):
        if (named := parent.child_by_field_name(field)) is not None:
            return text_of(named)
    return ""


def parameters_of(node: "Node") -> Sequence[Parameter]:
    """In order; a Go declaration of several names counts as several."""
    declarator = _c_declarator(node)
    holder = (declarator or node).child_by_field_name("parameters") or node.child_by_field_name("parameter")
    if holder is None:
        return ()
    if not holder.named_children:
        return (Parameter(name=text_of(holder)),) if holder.type == "identifier" else ()
    if holder.type == "identifier":
        return (Parameter(name=text_of(holder)),)
    found: list[Parameter] = []
    for child in holder.named_children:
        if child.type not in _NO_PARAMETERS:
            found += _parameters(child)
    return [parameter for parameter in found if parameter.name not in ("this", "void", "self")]


def _parameters(node: "Node") -> Sequence[Parameter]:
    kind = text_of(node.child_by_field_name("type")).removeprefix(":").strip()
    default = text_of(node.child_by_field_name("value") or node.child_by_field_name("default_value"))
    names = node.children_by_field_name("name") or node.children_by_field_name("pattern")
    names = names or node.children_by_field_name("left") or node.children_by_field_name("declarator")
    if not names:
        plain = text_of(node)
        return [Parameter(name=plain.split()[-1] if node.type == "spread_parameter" else plain, type="")]
    return [_parameter(name, kind, default or text_of(node.child_by_field_name("right"))) for name in names]


def _parameter(name: "Node", kind: str, default: str) -> Parameter:
    text = text_of(name)
    bare = text.lstrip("*&. ")
    stars = text[: len(text) - len(bare)].strip(" .")
    return Parameter(name=bare.partition("[")[0], type=f"{kind} {stars}".strip(), default=default)


def returns_of(node: "Node") -> str:
    """The type that it gives, as written."""
    for field in ("return_type", "result", "type"):
        if (given := node.child_by_field_name(field)) is not None:
            return text_of(given).removeprefix(":").strip()
    return ""


def owner_name(tree: SourceTree, node: "Node") -> str:
    """The class or receiver that it belongs to, "" for a function that stands alone."""
    if (receiver := node.child_by_field_name("receiver")) is not None:
        return text_of(receiver).strip("()").split()[-1].lstrip("*") if text_of(receiver).strip("()") else ""
    owner = tree.around(node).owner
    return "" if owner is None else text_of(owner.child_by_field_name("name") or owner.child_by_field_name("type"))


def is_async(node: "Node") -> bool:
    """Whether it is marked as asynchronous."""
    return any(text_of(child).split()[:1] == ["async"] for child in node.children[:3])


def is_public(tree: SourceTree, node: "Node", name: str) -> bool:
    """Whether others may use it, by the rule of its language."""
    match tree.language:
        case "go":
            return name[:1].isupper()
        case "rust":
            return any(child.type == "visibility_modifier" for child in node.children)
        case "java":
            return any(child.type == "modifiers" and "public" in text_of(child) for child in node.children)
        case "typescript" | "tsx" | "javascript":
            return _exported(tree, node) or bool(owner_name(tree, node) and not name.startswith(("#", "_")))
    return not any(text_of(child) == "static" for child in node.children)


def documented(tree: SourceTree, node: "Node") -> bool:
    """Whether a comment stands directly before it."""
    while (parent := tree.parent(node)) is not None and parent.type in _WRAPPERS:
        node = parent
    before = tree.before(node)
    if before is None or before.type not in tree.kinds.comments:
        return False
    return int(node.start_point[0]) - int(before.end_point[0]) <= 1


def _exported(tree: SourceTree, node: "Node") -> bool:
    outer = tree.parent(node)
    for _ in range(3):
        if outer is None:
            return False
        if outer.type == "export_statement":
            return True
        outer = tree.parent(outer)
    return False


def _c_declarator(node: "Node") -> "Node | None":
    inner = node.child_by_field_name("declarator") if node.type == "function_definition" else None
    while inner is not None and inner.type != "function_declarator":
        inner = inner.child_by_field_name("declarator")
    return inner
