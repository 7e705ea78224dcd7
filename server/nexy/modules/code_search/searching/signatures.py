"""What a member of a class is called with, taken from its text: enough where its body would be too long."""

import re
from collections.abc import Sequence

_PYTHON = "python"
# Lines before a definition that may name it too: comments, attributes, and decorators alone on their line.
_BEFORE = re.compile(r"\s*(?:#|//|/?\*|--|@[\w.]+(?:\(.*\))?\s*$)")
_MOST_LINES = 12


def signature_of(text: str, name: str, language: str) -> str:
    """The lines from the first that names it to the end of its arguments, with an empty body so that it is code."""
    lines = text.split("\n")
    first = _first_line(lines, name)
    taken = lines[first : first + 1]
    for line in lines[first + 1 : first + _MOST_LINES]:
        if _open("()", taken) <= 0:
            break
        taken.append(line)
    signature = "\n".join(taken).rstrip()
    if language == _PYTHON:
        return f"{signature} ..." if signature.endswith(":") else signature
    if "{" not in signature and "{" in "".join(lines[first + len(taken) :]):
        return f"{signature} {{ }}"
    return signature + " }" * _open("{}", taken)


def closed(text: str, language: str) -> str:
    """With a bracket for each that a class opens: its own end went with the body of its last member."""
    missing = 0 if language == _PYTHON else _open("{}", [text])
    return "\n".join([text, *["}"] * missing])


def _first_line(lines: Sequence[str], name: str) -> int:
    named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    found = (at for at, line in enumerate(lines) if named.search(line) and not _BEFORE.match(line))
    return next(found, 0)


def _open(brackets: str, lines: Sequence[str]) -> int:
    """How many are opened and not closed."""
    return sum(line.count(brackets[0]) - line.count(brackets[1]) for line in lines)
