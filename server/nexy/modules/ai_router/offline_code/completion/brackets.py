"""Brackets and blocks that are open at the cursor."""

import re
from collections.abc import Iterator

from nexy.contracts.code_answers import Completion
from nexy.modules.ai_router.offline_code.completion.cursor import Cursor

_TOKEN = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?P<sign>[()\[\]{}])""",
    re.DOTALL,
)
_PYTHON_TOKEN = re.compile(
    r'''(?P<skip>\#[^\n]*|""".*?(?:"""|\Z)|\'\'\'.*?(?:\'\'\'|\Z)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<sign>[()\[\]{}])''',
    re.DOTALL,
)
_CLOSES = {"(": ")", "[": "]", "{": "}"}
# What ends so is not at its end: something must come before a bracket is closed.
_GOES_ON = re.compile(r"(?:[.,=+\-*/%&|^<>!?:~]|\b(?:and|or|not|in|is|new|await|return|typeof))\s*$")
_CONFIDENCE = 0.55


def open_brackets(text: str, language: str) -> list[str]:
    """The brackets of a text that it does not close, in order; closing ones without an opening one are passed over."""
    opened: list[str] = []
    for token in (_PYTHON_TOKEN if language == "python" else _TOKEN).finditer(text):
        sign = token["sign"]
        if sign is None:
            continue
        if sign in _CLOSES:
            opened.append(sign)
        elif opened and _CLOSES[opened[-1]] == sign:
            opened.pop()
    return opened


def closings(cursor: Cursor) -> Iterator[Completion]:
    """What closes the brackets of this line, and the block that it opens; nothing that stands behind already."""
    opened = open_brackets(cursor.line, cursor.language)
    if not opened or cursor.rest.strip() or _GOES_ON.search(cursor.line):
        return
    if opened[-1] == "{" and cursor.line.rstrip().endswith("{") and cursor.language != "python":
        if not _closed_behind(cursor):
            yield Completion(text=f"\n{cursor.indent}{cursor.unit}\n{cursor.indent}}}", confidence=_CONFIDENCE)
        return
    text = "".join(_CLOSES[sign] for sign in reversed(opened))
    if cursor.line.rstrip()[-1:] not in _CLOSES or cursor.line.rstrip().endswith("("):
        yield Completion(text=text + _line_end(cursor, opened), confidence=_CONFIDENCE - 0.1)


def _line_end(cursor: Cursor, opened: list[str]) -> str:
    statement = len(opened) == len(open_brackets(cursor.line.strip(), cursor.language))
    head = cursor.line.split(maxsplit=1)[0] if cursor.line.split() else ""
    if cursor.language == "python":
        return ":" if head in ("if", "for", "while", "def", "class", "with", "elif") else ""
    blocks = head in ("if", "for", "while", "switch", "function", "export", "func", "fn")
    return ";" if statement and not blocks and cursor.language not in ("go", "sql", "") else ""


def _closed_behind(cursor: Cursor) -> bool:
    """Whether the text behind closes more than it opens."""
    depth = lowest = 0
    for token in _TOKEN.finditer(cursor.behind):
        depth += {"{": 1, "}": -1}.get(token["sign"] or "", 0)
        lowest = min(lowest, depth)
    return -lowest >= len([sign for sign in open_brackets(cursor.before, cursor.language) if sign == "{"])
