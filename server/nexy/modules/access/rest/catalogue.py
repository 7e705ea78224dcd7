"""Which tables and columns there are for the roles of the REST door: the only source of names in a statement."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from nexy.contracts.access import Role
from nexy.contracts.database import Claims, Database, Row
from nexy.utils.named_sql import named_sql

SCHEMA = "public"
_SQL = named_sql("nexy.modules.access.rest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name, and how name, type and default are written in a statement (`default` empty: none).

    `width` are the bytes of a type whose values all have the same, 0 or less for the others.
    """

    name: str
    sql: str
    type: str
    default: str = ""
    width: int = 0
    in_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table or view, with the roles that may do anything at all to it."""

    name: str
    sql: str
    columns: Mapping[str, Column]
    roles: frozenset[str] = frozenset()

    @property
    def key(self) -> Sequence[Column]:
        """The columns of the primary key."""
        return tuple(column for column in self.columns.values() if column.in_key)


@dataclass(slots=True, kw_only=True)
class Catalogue:
    """Read when it is first needed, and again when an unknown name comes, at most every `refresh_seconds`."""

    refresh_seconds: float
    now: Callable[[], float]
    _tables: Mapping[str, Table] | None = None
    _read_at: float = 0.0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def table(self, database: Database, role: Role, name: str, columns: Sequence[str] = ()) -> Table | None:
        """The table as this role knows it, None where there is none; it may lack some of the columns all the same."""
        found = self._known(role, name)
        if found is not None and all(column in found.columns for column in columns):
            return found
        await self._refresh(database)
        return self._known(role, name)

    def _known(self, role: Role, name: str) -> Table | None:
        table = (self._tables or {}).get(name)
        return table if table is not None and role.value in table.roles else None

    async def _refresh(self, database: Database) -> None:
        async with self._reading:
            if self._tables is not None and self.now() - self._read_at < self.refresh_seconds:
                return
            async with database.transaction(Claims()) as transaction:
                rows = await transaction.fetch(_SQL["tables"], [role.value for role in Role], SCHEMA)
            self._tables, self._read_at = _tables_of(rows), self.now()


def _tables_of(rows: Sequence[Row]) -> Mapping[str, Table]:
    columns: dict[str, dict[str, Column]] = {}
    facts: dict[str, tuple[str, frozenset[str]]] = {}
    for row in rows:
        table, name = str(row["table_name"]), str(row["column_name"])
        roles = row["roles"]
        assert isinstance(roles, list)
        facts[table] = str(row["table_sql"]), frozenset(roles)
        columns.setdefault(table, {})[name] = Column(
            name=name,
            sql=str(row["column_sql"]),
            type=str(row["type_sql"]),
            default=str(row["default_sql"] or ""),
            width=_whole(row["width"]),
            in_key=bool(row["in_key"]),
        )
    return {
        table: Table(name=table, sql=sql, columns=columns[table], roles=roles)
        for table, (sql, roles) in facts.items()
        if roles
    }


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
