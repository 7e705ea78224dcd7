"""A class with what it holds: its pieces are stored one by one, and who asks for it wants all of it."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from nexy.contracts.database import Database, Row
from nexy.modules.code_search.model import ChunkKind
from nexy.modules.code_search.searching.contents import Content
from nexy.modules.code_search.searching.ranked import RankedPlace
from nexy.modules.code_search.searching.signatures import closed, signature_of
from nexy.modules.code_search.searching.visible import claims_of
from nexy.modules.code_search.store.rows import number
from nexy.utils.named_sql import named_sql

# Comments and decorators stand before a signature; what lies deeper in a cut piece is not looked at.
_SIGNATURE_WITHIN = 2000
_SQL = named_sql("nexy.modules.code_search.searching")
Defined = tuple[RankedPlace, Content]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One piece of a class or of a member, `ordinal` in its file; lines count from 1.

    `whole` unless all pieces of the class together are too long: then `text` is how it begins.
    """

    ordinal: int
    symbol: str
    start_line: int
    end_line: int
    whole: bool
    text: str


async def with_members(
    database: Database, user_id: str, defined: Sequence[Defined], limit: int, most: int
) -> Sequence[Defined]:
    """The first `limit`, and those that are classes with their members: the pieces of the same file, in its order.

    A class of more than `most` characters has its head and the signatures of its members. What stands between two
    pieces and belongs to others is left out; the lines are those of the first and the last of them.
    """
    shown = list(defined[:limit])
    classes = [at for at, (_, content) in enumerate(shown) if content.kind == ChunkKind.CLASS]
    pieces = await _pieces(database, user_id, [shown[at] for at in classes], most) if classes else {}
    for nth, at in enumerate(classes):
        place, head = shown[at]
        own = _own(place, head, pieces.get(nth, ()), defined)
        # What went meanwhile leaves the head that was read.
        if own:
            shown[at] = place, _whole(place, head, own, most)
    return shown


async def _pieces(
    database: Database, user_id: str, classes: Sequence[Defined], most: int
) -> Mapping[int, Sequence[_Piece]]:
    """By place in `classes`."""
    ids = [uuid.UUID(place.project.id) for place, _ in classes]
    digests, symbols = [place.place.digest for place, _ in classes], [head.symbol for _, head in classes]
    async with database.transaction(claims_of(user_id)) as transaction:
        rows = await transaction.fetch(_SQL["members"], ids, digests, symbols, most, _SIGNATURE_WITHIN)
    found: dict[int, list[_Piece]] = defaultdict(list)
    for row in rows:
        found[number(row, "place") - 1].append(_piece(row))
    return found


def _piece(row: Row) -> _Piece:
    return _Piece(
        ordinal=number(row, "ordinal"),
        symbol=str(row["symbol"]),
        start_line=number(row, "start_line"),
        end_line=number(row, "end_line"),
        whole=bool(row["whole"]),
        text=str(row["content"]),
    )


def _own(place: RankedPlace, head: Content, pieces: Sequence[_Piece], defined: Sequence[Defined]) -> Sequence[_Piece]:
    """Of several classes of one name in a file each has what follows it; of one alone also what stands before it."""
    heads = [
        one.place.ordinal
        for one, content in defined
        if (one.project.id, one.place.path, content.symbol) == (place.project.id, place.place.path, head.symbol)
    ]
    at = place.place.ordinal
    first = at if any(other < at for other in heads) else 0
    end = min((other for other in heads if other > at), default=None)
    return [piece for piece in pieces if first <= piece.ordinal and (end is None or piece.ordinal < end)]


def _whole(place: RankedPlace, head: Content, pieces: Sequence[_Piece], most: int) -> Content:
    whole = pieces[0].whole
    text = _joined(pieces) if whole else _signatures(head, place.place.ordinal, pieces, most)
    return replace(head, text=text, start_line=pieces[0].start_line, end_line=pieces[-1].end_line, shortened=not whole)


def _joined(pieces: Sequence[_Piece]) -> str:
    """Between neighbours lie blank lines only, and they come back; for anything else stands one."""
    parts = [pieces[0].text]
    for before, piece in pairwise(pieces):
        is_next = piece.ordinal == before.ordinal + 1
        parts.append("\n" * (piece.start_line - before.end_line if is_next else 2) + piece.text)
    return "".join(parts)


def _signatures(head: Content, ordinal: int, pieces: Sequence[_Piece], most: int) -> str:
    """The head, then what it holds itself, a signature each, as long as there is room."""
    within = f"{head.symbol}."
    members = {piece.symbol: piece for piece in reversed(pieces) if piece.ordinal != ordinal}
    parts, room = [head.text], most - len(head.text)
    for symbol, piece in reversed(members.items()):
        name = symbol.removeprefix(within)
        if name == symbol or "." in name:
            continue
        signature = signature_of(piece.text, name, head.language)
        room -= len(signature) + 1
        if room < 0:
            break
        parts.append(signature)
    return closed("\n".join(parts), head.language)
