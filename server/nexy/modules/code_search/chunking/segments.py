"""Which rows belong to whom: every row of a file to the innermost definition that it lies in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nexy.modules.code_search.chunking.lines import Lines
from nexy.modules.code_search.chunking.nesting import Owner

_OPENERS: Final = (b"{", b"(", b":")
_NEXT_TO: Final = 2
_WORD: Final = re.compile(rb"[\w\x80-\xff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Rows from `first` to `last` of one owner; None: they lie in no definition. `is_head`: the owner begins here."""

    owner: Owner | None
    first: int
    last: int
    is_head: bool = False


def segments(owners: Sequence[Owner], lines: Lines, least: int) -> Sequence[Segment]:
    """The file from its first row to its last, without blank rows at the ends of segments.

    Lone brackets stay with what they end, fewer than `least` rows between two methods with the first of them, and
    fewer than `least` rows that only open something ("impl Shape for Circle {") with what stands first in it.
    """
    kept: list[Segment] = []
    for owner, first, last in _stretches(owners, len(lines.rows)):
        if (trimmed := lines.trimmed(first, last)) is None:
            continue
        one = Segment(
            owner=owner,
            first=trimmed[0],
            last=trimmed[1],
            is_head=owner is not None and owner.first_row == first,
        )
        if kept and not one.is_head and (_is_closing(one, lines) or _is_scrap(one, least)):
            kept[-1] = replace(kept[-1], last=one.last)
        elif kept and one.is_head and _only_opens(kept[-1], one, lines, least):
            kept[-1] = replace(one, first=kept[-1].first)
        else:
            kept.append(one)
    return kept


def _stretches(owners: Sequence[Owner], rows: int) -> Iterator[tuple[Owner | None, int, int]]:
    """Runs of rows with their innermost owner, in order and without gaps."""
    inside: list[Owner] = []
    row = 0
    for owner in owners:
        while inside and inside[-1].last_row < owner.first_row:
            ended = inside.pop()
            yield ended, row, ended.last_row
            row = max(row, ended.last_row + 1)
        yield (inside[-1] if inside else None), row, owner.first_row - 1
        row = owner.first_row
        inside.append(owner)
    while inside:
        ended = inside.pop()
        yield ended, row, ended.last_row
        row = max(row, ended.last_row + 1)
    yield None, row, rows - 1


def _is_closing(one: Segment, lines: Lines) -> bool:
    return not any(_WORD.search(lines.rows[row]) for row in range(one.first, one.last + 1))


def _is_scrap(one: Segment, least: int) -> bool:
    return one.owner is not None and one.last - one.first + 1 < least


def _only_opens(one: Segment, following: Segment, lines: Lines, least: int) -> bool:
    is_unnamed = one.owner is None or one.owner.definition.is_part
    is_short = one.last - one.first + 1 < least and following.first - one.last <= _NEXT_TO
    return is_unnamed and is_short and lines.rows[one.last].rstrip().endswith(_OPENERS)
