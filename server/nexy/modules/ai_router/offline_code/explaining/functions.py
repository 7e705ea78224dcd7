"""A function in a sentence."""

from collections.abc import Sequence

from nexy.modules.ai_router.offline_code.syntax.outline import FunctionOutline
from nexy.modules.ai_router.offline_code.wording import counted, said

_MOST_NAMES = 6
_LONGEST = 60


def told(function: FunctionOutline, speech: str) -> str:
    """Its signature, its ways, its calls and its failures; no lines where its line is 0."""
    owner = said("explain_owner", speech, owner=function.owner) if function.owner else ""
    key = "explain_function" if function.line else "explain_function_alone"
    place = said(key, speech, name=function.name, owner=owner, line=function.line, end=function.end_line)
    return (
        f"{place}: {', '.join([*_signature(function, speech), *_ways(function, speech), *_others(function, speech)])}."
    )


def _signature(function: FunctionOutline, speech: str) -> Sequence[str]:
    names = listed([_parameter(one.name, one.type) for one in function.parameters])
    parts = [said("explain_takes", speech, names=names) if names else said("explain_takes_nothing", speech)]
    if function.returns:
        parts.append(said("explain_gives", speech, kind=function.returns[:_LONGEST]))
    elif function.gives:
        parts.append(said("explain_gives", speech, kind=function.gives[0][:_LONGEST]))
    return parts


def _parameter(name: str, kind: str) -> str:
    return f"{name}: {kind}"[:_LONGEST] if kind else name[:_LONGEST]


def _ways(function: FunctionOutline, speech: str) -> Sequence[str]:
    parts = []
    if function.is_async:
        parts.append(said("explain_async", speech))
    if function.generator:
        parts.append(said("explain_generator", speech))
    if function.branches:
        parts.append(counted("explain_branches", function.branches, speech))
    if function.loops:
        parts.append(counted("explain_loops", function.loops, speech))
    if not function.branches and not function.loops:
        # `and`, `or` and a condition within an expression are ways too.
        parts.append(said("explain_straight" if function.complexity == 1 else "explain_inline", speech))
    if any(call.rpartition(".")[2] == function.name for call in function.calls):
        parts.append(said("explain_recursive", speech))
    return parts


def _others(function: FunctionOutline, speech: str) -> Sequence[str]:
    parts = []
    if calls := [call for call in function.calls if call.rpartition(".")[2] != function.name]:
        parts.append(said("explain_calls", speech, names=listed(calls)))
    if function.raises:
        parts.append(said("explain_raises", speech, names=listed(function.raises)))
    parts.append(counted("explain_complexity", function.complexity, speech))
    return parts


def listed(names: Sequence[str]) -> str:
    """The first of them in code marks."""
    shown = [f"`{' '.join(name.split())[:_LONGEST]}`" for name in names[:_MOST_NAMES]]
    return ", ".join([*shown, "…"] if len(names) > _MOST_NAMES else shown)
