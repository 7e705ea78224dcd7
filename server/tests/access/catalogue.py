"""What there is in a database, as PostgreSQL's own catalogue says: nothing is listed by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PIECES = (Path(__file__).parent / "catalogue.sql").read_text("utf-8").split("-- name: ")[1:]
_SQL = {name: text for name, _, text in (piece.partition("\n") for piece in _PIECES)}
_TABLES = ("r", "p")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`checks` are the rules about this column alone, as conditions."""

    name: str
    type: str
    needed: bool
    has_default: bool
    made_by_server: bool
    checks: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Which columns name a row of which table."""

    columns: Sequence[str]
    target: str
    target_columns: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table or a view; `owner_column` is empty where rows say nothing of a person."""

    name: str
    is_table: bool
    owner_column: str
    key: Sequence[str]
    columns: Sequence[Column]
    foreign_keys: Sequence[ForeignKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that could be called from SQL."""

    name: str
    signature: str
    arguments: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that a statement could name."""

    relations: Sequence[Relation]
    functions: Sequence[Function]

    @property
    def tables(self) -> Sequence[Relation]:
        """Where rows are."""
        return [relation for relation in self.relations if relation.is_table]


async def read_catalogue(connection: Any) -> Catalogue:
    """Ask as the administrator, who sees everything."""
    found = await connection.fetch(_SQL["relations"])
    ids = [row["id"] for row in found]
    columns, keys = await connection.fetch(_SQL["columns"], ids), await connection.fetch(_SQL["foreign_keys"], ids)
    relations = [
        Relation(
            name=row["name"], is_table=row["kind"] in _TABLES, owner_column=row["owner_column"], key=row["key"],
            columns=[Column(**_rest(one)) for one in columns if one["id"] == row["id"]],
            foreign_keys=[ForeignKey(**_rest(one)) for one in keys if one["id"] == row["id"]],
        )
        for row in found
    ]  # fmt: skip
    functions = [Function(**dict(row)) for row in await connection.fetch(_SQL["functions"])]
    return Catalogue(relations=relations, functions=functions)


def _rest(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}
