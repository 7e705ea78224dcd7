"""The rows of /rest/v1: one statement in one transaction, with the rights of the caller's role and nothing more."""

from collections.abc import Callable, Sequence

from nexy.config.access_section import RestConfig
from nexy.contracts.access import Caller
from nexy.contracts.database import Claims, Database, Row, StatementRefused
from nexy.contracts.request import RequestHandlers
from nexy.contracts.rows import Answer, DeleteRows, InsertRows, ReadRows, RowsRefused, UpdateRows
from nexy.modules.access.rest.answers import bounds_of, refuse_large
from nexy.modules.access.rest.catalogue import SCHEMA, Catalogue, Table
from nexy.modules.access.rest.conditions import names_in
from nexy.modules.access.rest.reading import read_statement
from nexy.modules.access.rest.values import Values
from nexy.modules.access.rest.writing import delete_statement, insert_statement, update_statement

_Change = InsertRows | UpdateRows | DeleteRows


class RestQuery:
    """Answers the requests of `contracts.rows`; `now` counts seconds, from whenever."""

    def __init__(self, config: RestConfig, database: Database, now: Callable[[], float]) -> None:
        self._max_rows = config.max_rows
        self._bounds = bounds_of(config)
        self._database = database
        self._catalogue = Catalogue(refresh_seconds=config.refresh_seconds, now=now)

    def register(self, handlers: RequestHandlers) -> None:
        """Let these handlers answer for rows."""
        handlers.on(ReadRows, self.read)
        handlers.on(InsertRows, self.insert)
        handlers.on(UpdateRows, self.update)
        handlers.on(DeleteRows, self.delete)

    async def read(self, wanted: ReadRows) -> Answer:
        """Rows that the caller may see."""
        table = await self._table(wanted)
        limit = self._max_rows if wanted.limit is None else min(wanted.limit, self._max_rows)
        statement, values = read_statement(table, wanted, limit, self._bounds)
        row = await self._run(wanted.caller, statement, values, lambda count: _refuse_many(wanted.one, count))
        return Answer(
            body=_bytes(row), count=_number(row, "count"), total=_number(row, "total") if wanted.total else None
        )

    async def insert(self, wanted: InsertRows) -> Answer:
        """New rows; of an empty array none, and only one that names no column."""
        table = await self._table(wanted)
        if not wanted.columns and wanted.rows != 1:
            return _none_of(wanted)
        return await self._changed(wanted, table, *insert_statement(table, wanted, self._bounds))

    async def update(self, wanted: UpdateRows) -> Answer:
        """Other contents; without a single new value nothing is changed, and nothing is asked."""
        table = await self._table(wanted)
        if not wanted.columns:
            _refuse_many(wanted.one, 0)
            return Answer(body=b"[]")
        return await self._changed(wanted, table, *update_statement(table, wanted, self._bounds))

    async def delete(self, wanted: DeleteRows) -> Answer:
        """Rows that go."""
        table = await self._table(wanted)
        return await self._changed(wanted, table, *delete_statement(table, wanted, self._bounds))

    async def _table(self, wanted: ReadRows | _Change) -> Table:
        names = [step.column for step in wanted.order] + [one.column for one in wanted.shown if one.column != "*"]
        if not isinstance(wanted, InsertRows):
            names += names_in(wanted.conditions)
        if isinstance(wanted, InsertRows | UpdateRows):
            names += wanted.columns
        table = await self._catalogue.table(self._database, wanted.caller.role, wanted.table, names)
        if table is None:
            raise RowsRefused("PGRST205", f"Could not find the table '{SCHEMA}.{wanted.table}' in the schema cache")
        return table

    async def _changed(self, wanted: _Change, table: Table, statement: str, values: Values) -> Answer:
        def refuse(count: int) -> None:
            _refuse_many(wanted.one, count)
            if wanted.at_most is not None and count > wanted.at_most:
                message = "Query result exceeds max-affected preference constraint"
                raise RowsRefused("PGRST124", message, details=f"The query affects {count} rows")

        row = await self._run(wanted.caller, statement, values, refuse)
        count, inserted, key = _number(row, "count"), row["inserted"], row["key"]
        named: Sequence[str] = key if isinstance(key, list) and count == 1 else ()
        return Answer(
            body=_bytes(row),
            count=count,
            inserted=inserted if isinstance(inserted, int) else None,
            key=tuple((column.name, value) for column, value in zip(table.key, named, strict=False)),
        )

    async def _run(self, caller: Caller, statement: str, values: Values, check: Callable[[int], None]) -> Row:
        """The one row of the statement; what the check raises undoes it."""
        claims = Claims(user_id=caller.user_id, role=caller.role.value)
        try:
            async with self._database.transaction(claims) as transaction:
                (row,) = await transaction.fetch(statement, *values.all)
                check(_number(row, "count"))
                refuse_large(row["body"], self._bounds)
                return row
        except StatementRefused as refused:
            raise RowsRefused(
                refused.sqlstate, refused.message, details=refused.details, hint=refused.hint
            ) from refused


def _refuse_many(one: bool, count: int) -> None:
    if one and count != 1:
        message = "Cannot coerce the result to a single JSON object"
        raise RowsRefused("PGRST116", message, details=f"The result contains {count} rows")


def _none_of(wanted: InsertRows) -> Answer:
    if wanted.rows:
        raise RowsRefused("PGRST102", "Only one row can be made of nothing but defaults")
    _refuse_many(wanted.one, 0)
    return Answer(body=b"[]")


def _bytes(row: Row) -> bytes:
    body = row["body"]
    assert isinstance(body, bytes)
    return body


def _number(row: Row, name: str) -> int:
    number = row[name]
    assert isinstance(number, int)
    return number
