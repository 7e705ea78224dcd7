"""The documentation of the function that follows, or whose head stands above."""

import re
from collections.abc import Iterator

from nexy.contracts.code_answers import Completion
from nexy.modules.ai_router.offline_code.completion.bodies import name_of, parameters_in
from nexy.modules.ai_router.offline_code.completion.cursor import Cursor
from nexy.modules.ai_router.offline_code.generation.naming import words_of

_PYTHON_HEAD = re.compile(r"def\s+(\w+)\(([^)]*)\)[^:\n]*(?:->\s*([^:\n]+))?:\s*\n\s*$")
_SCRIPT_HEAD = re.compile(
    r"\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\s+)?(\w+)\s*(?:<[^>]*>)?\(([^)]*)\)\s*(?::\s*([^{\n]+))?"
)
_CONFIDENCE = 0.5


def comments(cursor: Cursor) -> Iterator[Completion]:
    """After `\"\"\"` below a Python head, and after `/**` above a function."""
    opened = cursor.line.strip()
    if cursor.language == "python" and opened == '"""':
        yield from _docstring(cursor)
    elif opened == "/**" and not cursor.rest.strip(" */"):
        yield from _block(cursor)


def _docstring(cursor: Cursor) -> Iterator[Completion]:
    head = _PYTHON_HEAD.search(cursor.before[: len(cursor.before) - len(cursor.line)])
    if head is None:
        return
    names = [name_of(one) for one in parameters_in(head[2])]
    lines = [f"{_sentence(head[1])}"]
    if names:
        lines += ["", "Args:", *(f"    {name}: " for name in names)]
    closed = cursor.rest.startswith('"""')
    if len(lines) == 1:
        yield Completion(text=lines[0] + ("" if closed else '"""'), confidence=_CONFIDENCE)
        return
    text = f"\n{cursor.indent}".join(lines).replace(f"\n{cursor.indent}\n", "\n\n")
    yield Completion(text=text + ("" if closed else f'\n{cursor.indent}"""'), confidence=_CONFIDENCE)


def _block(cursor: Cursor) -> Iterator[Completion]:
    behind = cursor.behind.partition("\n")[2]
    head = _SCRIPT_HEAD.match(behind)
    if head is None or head[1] in ("if", "for", "while", "switch", "return"):
        return
    lines = [f" * {_sentence(head[1])}"]
    names = [name for name in map(name_of, parameters_in(head[2])) if name]
    lines += [" *", *(f" * @param {name} " for name in names)] if names else []
    if head[3] and head[3].strip() not in ("void", "Promise<void>"):
        lines.append(" * @returns ")
    end = "" if "*/" in cursor.rest else f"\n{cursor.indent} */"
    yield Completion(text="".join(f"\n{cursor.indent}{line}" for line in lines) + end, confidence=_CONFIDENCE)


def _sentence(name: str) -> str:
    words = " ".join(words_of(name)) or name
    return f"{words[:1].upper()}{words[1:]}."
