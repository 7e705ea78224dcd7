"""Code out of Markdown, and the words around it."""

from collections.abc import Iterator
from dataclasses import dataclass

_MARKS = ("```", "~~~")
_INDENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """One fenced block: its language as written (may be empty), and the lines inside."""

    language: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Every fenced block in order, and the text outside; a block that is never closed goes to the end."""

    fences: tuple[Fence, ...]
    text: str


def split_fences(markdown: str) -> Split:
    """Take the blocks out (CommonMark's rule: a fence is closed by one of its own sign that is no shorter)."""
    fences: list[Fence] = []
    outside: list[str] = []
    lines = iter(markdown.splitlines())
    for line in lines:
        opening = _opening(line)
        if opening is None:
            outside.append(line)
        else:
            mark, language = opening
            fences.append(Fence(language=language, code="\n".join(_inside(lines, mark))))
    return Split(fences=tuple(fences), text="\n".join(outside).strip())


def _opening(line: str) -> tuple[str, str] | None:
    text = line.lstrip(" ")
    if len(line) - len(text) > _INDENT or not text.startswith(_MARKS):
        return None
    sign = text[0]
    info = text.lstrip(sign)
    if sign == "`" and "`" in info:
        return None
    words = info.split()
    return sign * (len(text) - len(info)), words[0].lower() if words else ""


def _inside(lines: Iterator[str], mark: str) -> Iterator[str]:
    for line in lines:
        text = line.strip()
        if len(text) >= len(mark) and not text.strip(mark[0]):
            return
        yield line
