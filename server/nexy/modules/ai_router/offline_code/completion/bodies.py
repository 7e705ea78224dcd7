"""The body of a function whose head has just been written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from nexy.contracts.code_answers import Completion
from nexy.modules.ai_router.offline_code.completion.cursor import Cursor
from nexy.modules.ai_router.offline_code.completion.summed import summed
from nexy.modules.ai_router.offline_code.generation.naming import singular
from nexy.modules.ai_router.offline_code.wording import table

_SCRIPT_HEAD = re.compile(
    r"(?:function\s+(\w+)|(?:const|let)\s+(\w+)\s*=\s*(?:async\s*)?)\s*(?:<[^>]*>)?\((.*?)\)[^{]*\{\s*$", re.DOTALL
)
_PYTHON_HEAD = re.compile(r"def\s+(\w+)\((.*?)\)[^:\n]*(?::|->[^:\n]*:)\s*$", re.DOTALL)
_INIT = re.compile(r"def __init__\(self,?\s*(.*?)\)[^:]*:\s*$", re.DOTALL)
_CONSTRUCTOR = re.compile(r"constructor\((.*?)\)\s*\{\s*$", re.DOTALL)
_MANY = re.compile(r"\[\]|\b(?:Readonly)?Array<|\b(?:list|List|Sequence|Iterable|tuple|set)\b|^[a-z]\w*s$")
_NEEDED = {"one": 1, "many": 1, "two": 2, "three": 3}
_HEAD_LENGTH = 600
_GO_HEAD = re.compile(r"func\s+(?:\([^)]*\)\s*)?(\w+)\((.*?)\)[^{]*\{\s*$", re.DOTALL)
_ARROW = re.compile(r"(?:const|let)\s+(\w+)\s*=\s*\(([^()]*)\)\s*(?::\s*[\w<>\[\]]+\s*)?=>(\s*)$")
_SCRIPTS = ("typescript", "tsx", "javascript")


def bodies(cursor: Cursor) -> Iterator[Completion]:
    """What the name of the function promises, where its head ends at the cursor (or on the line before it)."""
    head = cursor.before[-_HEAD_LENGTH:]
    if cursor.rest.strip() not in ("", "}"):
        return
    if assigned := _assignments(head, cursor):
        yield Completion(text=_placed(assigned, head, cursor), confidence=0.6)
        return
    if arrow := _ARROW.search(cursor.line) if cursor.language in _SCRIPTS else None:
        for body, confidence in _promised(arrow[1], parameters_in(arrow[2]), cursor):
            yield Completion(text=("" if arrow[3] else " ") + body.removeprefix("return "), confidence=confidence)
    elif (found := _head(head, cursor.language)) is not None:
        for body, confidence in _promised(*found, cursor):
            yield Completion(text=_placed([body], head, cursor), confidence=confidence)


def _promised(name: str, parameters: Sequence[str], cursor: Cursor) -> Iterator[tuple[str, float]]:
    """The body of the first form that the name has, with its confidence."""
    language = "typescript" if cursor.language in _SCRIPTS else cursor.language
    for entry, form in _forms():
        body = entry.get(language)
        promise = form.search(name.lower())
        if not body or not promise or not _fits(entry, parameters):
            continue
        of = summed(name, parameters[0], cursor) if "sums" in entry or "plain" in entry else None
        if ("sums" in entry and not of) or ("plain" in entry and of != ""):
            continue
        yield _filled(body, promise, parameters, of or ""), entry["confidence"]
        return


def _head(text: str, language: str) -> tuple[str, Sequence[str]] | None:
    if language == "python":
        found = _PYTHON_HEAD.search(text)
        return (found[1], parameters_in(found[2])) if found else None
    if language == "go":
        started = _GO_HEAD.search(text)
        return (started[1], parameters_in(started[2])) if started else None
    if language not in _SCRIPTS:
        return None
    heads = _SCRIPT_HEAD.search(text)
    return (heads[1] or heads[2], parameters_in(heads[3])) if heads else None


def parameters_in(text: str) -> Sequence[str]:
    """The parameters of a head, as written, without self."""
    depth, parts = 0, [""]
    for sign in text:
        depth += (sign in "([{<") - (sign in ")]}>")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    plain = [part.strip() for part in parts if part.strip()]
    return [part for part in plain if part not in ("self", "cls", "*", "/")]


def name_of(parameter: str) -> str:
    """The name of one of them, "" for a pattern."""
    found = re.match(r"(?:private |public |protected |readonly )*([A-Za-z_$][\w$]*)", parameter.lstrip("*."))
    return found[1] if found else ""


def _fits(entry: Mapping[str, Any], parameters: Sequence[str]) -> bool:
    if len(parameters) < _NEEDED[entry["takes"]] or not all(map(name_of, parameters)):
        return False
    return entry["takes"] != "many" or bool(_MANY.search(parameters[0]) or _MANY.search(name_of(parameters[0])))


def _filled(body: str, promise: re.Match[str], parameters: Sequence[str], of: str) -> str:
    names = [*map(name_of, parameters), "", ""]
    one = singular(names[0])
    told = {
        "p": names[0],
        "q": names[1] or "value",
        "r": names[2],
        "one": one if one != names[0] else "item",
        "of": promise[1] if promise.lastindex else "",
        "summed": of,
    }
    return body.format_map(told)


def _assignments(head: str, cursor: Cursor) -> Sequence[str]:
    """`self.x = x` for every parameter of a constructor; a parameter with a modifier is a field already."""
    if cursor.language == "python" and (found := _INIT.search(head)):
        return [f"self.{name} = {name}" for name in map(name_of, parameters_in(found[1])) if name]
    if cursor.language in _SCRIPTS and (made := _CONSTRUCTOR.search(head)):
        plain = [one for one in parameters_in(made[1]) if not re.match(r"(?:private|public|protected|readonly) ", one)]
        return [f"this.{name} = {name};" for name in map(name_of, plain) if name]
    return ()


def _placed(lines: Sequence[str], head: str, cursor: Cursor) -> str:
    fresh = not cursor.line.strip()
    opening = head.rstrip().rpartition("\n")[2]
    outer = opening[: len(opening) - len(opening.lstrip())]
    inner = outer + cursor.unit
    first = inner[len(cursor.line) :] if fresh and inner.startswith(cursor.line) else "" if fresh else f"\n{inner}"
    text = first + f"\n{inner}".join(lines)
    closed = cursor.language == "python" or cursor.behind.lstrip().startswith("}")
    return text if closed else f"{text}\n{outer}}}"


@cache
def _forms() -> Sequence[tuple[Mapping[str, Any], re.Pattern[str]]]:
    return tuple((entry, re.compile(entry["form"], re.IGNORECASE)) for entry in table("bodies")["body"])
