"""Changes to a text at places that a parser gave."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edit:
    """Bytes from `start` to before `end` make room for `text`."""

    start: int
    end: int
    text: str


def edited(code: str, edits: Iterable[Edit]) -> str:
    """The code with every edit that does not overlap an earlier one."""
    raw = code.encode()
    out: list[bytes] = []
    at = 0
    for edit in sorted(edits):
        if edit.start >= at:
            out += (raw[at : edit.start], edit.text.encode())
            at = edit.end
    return b"".join([*out, raw[at:]]).decode()


def inserted_lines(code: str, before: Iterable[tuple[int, str]]) -> str:
    """The code with texts before lines (from 1); each text ends with its own line end."""
    lines = code.splitlines(keepends=True)
    for line, text in sorted(before, reverse=True):
        lines.insert(line - 1, text)
    return "".join(lines)
