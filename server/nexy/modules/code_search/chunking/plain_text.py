"""Text and languages without a grammar: cut at headings and blank lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from nexy.config.code_search_section import CodeChunkingConfig
from nexy.modules.code_search.chunking.cutting import cuts
from nexy.modules.code_search.chunking.lines import CODEC, Lines
from nexy.modules.code_search.model import Chunk, ChunkKind

_PROSE: Final = frozenset({"markdown", "rst", "asciidoc", "text", ""})
_HEADING: Final = re.compile(rb"(#{1,6})[ \t]+(\S.*)")
_FENCE: Final = re.compile(rb"[ \t]{0,3}(?:```|~~~)")
_COMMENT: Final = re.compile(r"[ \t]*(?:#|//|--|;|%|/?\*)+(?:[ \t]+(.*))?")
_LONGEST_HEADING: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """Rows from `first` to `last` below the headings of `path`."""

    path: Sequence[str]
    first: int
    last: int


def plain_chunks(lines: Lines, language: str, config: CodeChunkingConfig) -> Sequence[Chunk]:
    """The pieces; a section of Markdown has the path of its headings as symbol."""
    bounds = replace(config, max_lines=min(config.max_lines, config.text_lines))
    whole = (_Section(path=(), first=0, last=len(lines.rows) - 1),)
    return [
        _chunk(lines, section, *trimmed, language)
        for section in (_sections(lines) if language == "markdown" else whole)
        for rows in cuts(lines, section.first, section.last, bounds)
        if (trimmed := lines.trimmed(*rows)) is not None
    ]


def _sections(lines: Lines) -> Iterator[_Section]:
    """From heading to heading; a heading with nothing below it belongs to the section that follows."""
    path: list[tuple[int, str]] = []
    begins = 0
    marks = [(0, 0, ""), *_headings(lines), (len(lines.rows), 0, "")]
    for (row, level, title), (following, _, _) in pairwise(marks):
        if title:
            path = [*(outer for outer in path if outer[0] < level), (level, title)]
        is_bare = all(lines.is_blank(below) for below in range(row + 1 if title else row, following))
        if following == len(lines.rows) or not is_bare:
            yield _Section(path=[name for _, name in path], first=begins, last=following - 1)
            begins = following


def _headings(lines: Lines) -> Iterator[tuple[int, int, str]]:
    """Row, level and title of each heading outside fenced code."""
    fenced = False
    for row, line in enumerate(lines.rows):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (found := _HEADING.match(line)):
            title = found[2][:_LONGEST_HEADING].decode(CODEC, "replace").strip(" \t\r#")
            yield row, len(found[1]), title or "#"


def _chunk(lines: Lines, section: _Section, first: int, last: int, language: str) -> Chunk:
    content = lines.text(*lines.span(first, last))
    comment, code = (content, "") if language in _PROSE else _parted(content)
    is_head = first == section.first
    return Chunk(
        kind=ChunkKind.TEXT,
        symbol=" / ".join(section.path),
        name=section.path[-1] if section.path and is_head else "",
        start_line=first + 1,
        end_line=last + 1,
        content=content,
        comment=comment,
        code=code,
    )


def _parted(content: str) -> tuple[str, str]:
    """Lines that are comments in most languages, without their marks, and the others."""
    said, code = [], []
    for line in content.split("\n"):
        found = _COMMENT.fullmatch(line)
        if found is None:
            code.append(line)
        else:
            said.append((found[1] or "").rstrip())
    return "\n".join(said).strip(), "\n".join(code).strip()
