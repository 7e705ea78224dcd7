"""What stands at the best places, read once more as the person who asks."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nexy.contracts.database import Database, Row
from nexy.modules.code_search.searching.visible import claims_of
from nexy.modules.code_search.store.rows import number
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.code_search.searching")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The piece `ordinal` of a content of a project."""

    project_id: str
    digest: bytes
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A piece as it is stored; lines count from 1. `shortened`: a class whose members have lost their bodies."""

    kind: str
    symbol: str
    language: str
    start_line: int
    end_line: int
    text: str
    shortened: bool = False


async def contents_of(database: Database, user_id: str, wanted: Sequence[Wanted]) -> Mapping[int, Content]:
    """By place in `wanted`; what this person may not see, or what went meanwhile, is missing."""
    if not wanted:
        return {}
    ids = [uuid.UUID(one.project_id) for one in wanted]
    digests, ordinals = [one.digest for one in wanted], [one.ordinal for one in wanted]
    async with database.transaction(claims_of(user_id)) as transaction:
        rows = await transaction.fetch(_SQL["contents"], ids, digests, ordinals)
    return {number(row, "place") - 1: _content(row) for row in rows}


def _content(row: Row) -> Content:
    return Content(
        kind=str(row["kind"]),
        symbol=str(row["symbol"]),
        language=str(row["language"]),
        start_line=number(row, "start_line"),
        end_line=number(row, "end_line"),
        text=str(row["content"]),
    )
