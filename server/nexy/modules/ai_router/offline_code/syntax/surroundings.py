"""What a node lies in, noted while the tree is walked: to climb from every node anew would take quadratic time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.syntax.kinds import Kinds

if TYPE_CHECKING:
    from tree_sitter import Node

_OWNERS = frozenset({
    "class_declaration", "abstract_class_declaration", "class_specifier", "struct_specifier", "interface_declaration",
    "record_declaration", "enum_declaration", "impl_item", "trait_item",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The nearest function around a node, and inside of that the nearest class and whether there is a loop."""

    function: "Node | None" = None
    owner: "Node | None" = None
    looped: bool = False


OUTSIDE = Surroundings()


def inside_of(node: "Node", kinds: Kinds, around: Surroundings) -> Surroundings:
    """What the parts of a node lie in, when it lies in `around` itself."""
    kind = node.type
    if kind in kinds.functions:
        return Surroundings(function=node)
    if kind in _OWNERS:
        return Surroundings(function=around.function, owner=node, looped=around.looped)
    if kind in kinds.loops and not around.looped:
        return Surroundings(function=around.function, owner=around.owner, looped=True)
    return around
