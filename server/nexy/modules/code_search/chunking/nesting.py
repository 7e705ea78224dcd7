"""Which definitions become pieces: those that lie in no other, those in classes, and those in functions too long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nexy.config.code_search_section import CodeChunkingConfig
from nexy.modules.code_search.chunking.definitions import Definition
from nexy.modules.code_search.chunking.lines import Lines
from nexy.modules.code_search.chunking.parsing import Mentions
from nexy.modules.code_search.model import ChunkKind

# Names grow with every level, so what lies deeper stays with what it lies in.
_MOST_DEPTH: Final = 6
_BETWEEN_TWINS: Final = 2


@dataclass(slots=True, kw_only=True)
class Owner:
    """A definition that owns rows, with the comments and decorators before it; it grows by its overloads."""

    definition: Definition
    symbol: str
    kind: ChunkKind
    first_row: int
    last_row: int
    end: int
    depth: int
    # Rows up to this one are taken by what it holds.
    taken: int


class Nesting:
    """Chooses the owners of rows, from definitions in order with the outer ones first."""

    def __init__(self, lines: Lines, leads: Mapping[int, int], config: CodeChunkingConfig) -> None:
        self._lines = lines
        self._leads = leads
        self._config = config
        self._open: list[Owner] = []
        self._taken = -1
        self._chosen: list[Owner] = []

    def choose(self, definitions: Sequence[Definition]) -> Sequence[Owner]:
        """Owners with rows of their own, the outer ones first."""
        for one in definitions:
            while self._open and self._open[-1].end <= one.start:
                self._open.pop()
            self._consider(one)
        return self._chosen

    def _consider(self, one: Definition) -> None:
        outer = self._open[-1] if self._open else None
        taken = self._taken if outer is None else outer.taken
        if one.first_row <= taken or (outer is not None and not self._splits(outer)):
            return
        owner = self._owner(one, outer, taken)
        twin = self._chosen[-1] if self._chosen else None
        if twin is not None and self._are_twins(twin, owner):
            twin.last_row, twin.end, twin.taken = owner.last_row, owner.end, owner.last_row
        else:
            self._chosen.append(owner)
            self._open.append(owner)
        if outer is None:
            self._taken = owner.last_row
        else:
            outer.taken = owner.last_row

    def _splits(self, outer: Owner) -> bool:
        if outer.depth >= _MOST_DEPTH:
            return False
        start, end = self._lines.span(outer.first_row, outer.last_row)
        rows = outer.last_row - outer.first_row + 1
        is_long = rows > self._config.max_lines or end - start > self._config.max_characters
        return outer.kind is ChunkKind.CLASS or is_long

    def _owner(self, one: Definition, outer: Owner | None, taken: int) -> Owner:
        first = one.first_row
        while (above := self._leads.get(first - 1)) is not None and above > taken:
            first = above
        is_method = one.kind is ChunkKind.FUNCTION and (one.scope or (outer and outer.kind is ChunkKind.CLASS))
        names = (outer.symbol if outer else "", one.scope, one.name)
        return Owner(
            definition=one,
            symbol=".".join(name for name in names if name),
            kind=ChunkKind.METHOD if is_method else one.kind,
            first_row=first,
            last_row=one.last_row,
            end=one.end,
            depth=outer.depth + 1 if outer else 1,
            taken=one.first_row,
        )

    def _are_twins(self, one: Owner, other: Owner) -> bool:
        """Overloads, and a property's getter and setter: one after the other, under one name."""
        return (
            one.symbol == other.symbol
            and one.kind is not ChunkKind.CLASS
            and one.kind is other.kind
            and other.first_row - one.last_row <= _BETWEEN_TWINS
            and other.last_row - one.first_row < self._config.max_lines
        )


def leading_rows(found: Mentions, lines: Lines) -> Mapping[int, int]:
    """For each row that ends comments or decorators with nothing before them: the row that they begin in."""
    leads = {lines.last_row_of(start, end): lines.row_of(start) for start, end in found.leads}
    for start, end in found.comments:
        row = lines.row_of(start)
        if not lines.source[lines.starts[row] : start].strip():
            leads[lines.last_row_of(start, end)] = row
    return leads
