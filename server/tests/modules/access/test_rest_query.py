"""Rows for a role: only one's own, only through names that the catalogue has, only what the role may."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import pytest

from nexy.config.access_section import RestConfig
from nexy.contracts.access import NOBODY, Caller, Role
from nexy.contracts.database import SERVICE, Claims, Database, Transaction
from nexy.contracts.rows import (
    Compared,
    Comparison,
    DeleteRows,
    InsertRows,
    InState,
    OnConflict,
    ReadRows,
    Returning,
    RowsRefused,
    Shown,
    State,
    UpdateRows,
)
from nexy.modules.access.rest_query import RestQuery
from nexy.modules.database.module import DatabaseModule
from support.clock import FakeClock
from support.peers import FakePeers
from support.postgres import TestServer, new_database
from support.rest_door import as_owner

pytestmark = pytest.mark.slow
ALL_ROWS = (InState(column="id", state=State.NULL, negated=True),)


async def person(database: Database) -> Caller:
    """Somebody new."""
    user_id = str(uuid4())
    async with database.transaction(SERVICE) as transaction:
        await transaction.execute("INSERT INTO users (id, kind) VALUES ($1::text::uuid, 'person')", user_id)
    return Caller(role=Role.AUTHENTICATED, user_id=user_id)


def query_of(database: Database, clock: FakeClock | None = None) -> RestQuery:
    return RestQuery(RestConfig(), database, (clock or FakeClock()).monotonic)


async def project(query: RestQuery, caller: Caller, payload: bytes) -> None:
    columns = tuple(name for name in ("id", "user_id", "name") if name.encode() in payload)
    await query.insert(InsertRows(caller=caller, table="projects", payload=payload, columns=columns, rows=1))


async def test_nobody_meets_another_persons_rows(database: DatabaseModule) -> None:
    """Two persons and nobody: read, counted, changed, removed, merged, under another's name: never a foreign row."""
    query, me, other = query_of(database), await person(database), await person(database)
    known = "33333333-3333-4333-8333-333333333333"
    await project(query, me, b'[{"id": "%b", "name": "mine"}]' % known.encode())
    by_id = (Compared(column="id", comparison=Comparison.EQ, value=known),)
    for stranger in (other, NOBODY):
        for conditions in ((), by_id):
            read = ReadRows(caller=stranger, table="projects", conditions=conditions, total=True)
            assert ((await query.read(read)).count, (await query.read(read)).total) == (0, 0)
    for conditions in (ALL_ROWS, by_id):
        change = UpdateRows(caller=other, table="projects", payload=b'[{"name":"x"}]', columns=("name",),
                            conditions=conditions, returning=Returning.ROWS)  # fmt: skip
        assert (await query.update(change)).body == b"[]"
        assert (await query.delete(DeleteRows(caller=other, table="projects", conditions=conditions))).count == 0
    merge = InsertRows(caller=other, table="projects", payload=b'[{"id": "%b", "name": "x"}]' % known.encode(),
                       columns=("id", "name"), rows=1, on_conflict=OnConflict.MERGE)  # fmt: skip
    for attempt in (merge, InsertRows(caller=other, table="projects", rows=1, columns=("user_id", "name"),
                                      payload=b'[{"user_id": "%b", "name": "x"}]' % me.user_id.encode())):  # fmt: skip
        with pytest.raises(RowsRefused) as refused:
            await query.insert(attempt)
        assert refused.value.code == "42501"
    mine = await query.read(ReadRows(caller=me, table="projects"))
    assert (mine.count, b'"name":"mine"' in mine.body) == (1, True)


async def test_a_row_cannot_be_given_away(database: DatabaseModule) -> None:
    """An own row that would become another's is refused."""
    query, me, other = query_of(database), await person(database), await person(database)
    await project(query, me, b'[{"name": "mine"}]')
    payload = b'[{"user_id": "%b"}]' % other.user_id.encode()
    with pytest.raises(RowsRefused) as refused:
        await query.update(UpdateRows(caller=me, table="projects", payload=payload, columns=("user_id",),
                                      conditions=ALL_ROWS))  # fmt: skip
    assert refused.value.code == "42501"


async def test_new_tables_are_found_and_refused_ones_are_not_told(postgres: TestServer) -> None:
    """The catalogue is read again for an unknown name, once a second at most; without a right there is no table."""
    clock, reads = FakeClock(), 0

    class Counting:
        @asynccontextmanager
        async def transaction(self, claims: Claims) -> AsyncIterator[Transaction]:
            nonlocal reads
            reads += not claims.role
            async with module.transaction(claims) as transaction:
                yield transaction

    async with new_database(postgres) as name:
        module = DatabaseModule()
        await module.initialize(postgres.section(name), FakePeers())
        try:
            query, me = query_of(Counting(), clock), await person(module)
            for _ in range(5):
                with pytest.raises(RowsRefused, match=r"public\.notes"):
                    await query.read(ReadRows(caller=me, table="notes"))
            assert reads == 1
            await as_owner(postgres, name, 'CREATE TABLE notes (id integer PRIMARY KEY, "odd ""name" text)',
                           "GRANT SELECT, INSERT (id) ON notes TO authenticated")  # fmt: skip
            clock.advance(2)
            assert (await query.read(ReadRows(caller=me, table="notes"))).body == b"[]"
            with pytest.raises(RowsRefused) as refused:
                await query.read(ReadRows(caller=NOBODY, table="notes"))
            assert (refused.value.code, reads) == ("PGRST205", 2)
            made = InsertRows(caller=me, table="notes", payload=b'[{"id":1}]', columns=("id",), rows=1,
                              returning=Returning.ROWS)  # fmt: skip
            assert (await query.insert(made)).body == b'[{"id":1,"odd \\"name":null}]'
            with pytest.raises(RowsRefused) as unwritable:
                await query.insert(InsertRows(caller=me, table="notes", payload=b'[{"odd \\"name":"x"}]',
                                              columns=('odd "name',), rows=1))  # fmt: skip
            assert unwritable.value.code == "42501"
        finally:
            await module.cleanup()


EVERY_TYPE = (
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE DOMAIN small AS integer CHECK (VALUE < 9)",
    'CREATE TABLE "Select" (a integer PRIMARY KEY, b numeric, c text[], d mood, e char(3), f varchar(4), g small, '
    '"order" jsonb, r text, t text, nexy_rows text)',
    'GRANT SELECT, INSERT, UPDATE ON "Select" TO authenticated',
)
ROW = {"a": 10, "b": 1.5, "c": ["x"], "d": "ok", "e": "ab ", "f": "vier", "g": 1, "order": {"k": 1}, "r": "r", "t": "t",
       "nexy_rows": "n"}  # fmt: skip
WRITTEN = {"c": "{x}", "e": "ab", "order": '{"k":1}'}


async def test_types_are_read_as_their_columns(postgres: TestServer) -> None:
    """Numbers, arrays, enumerations, fixed and bounded texts, domains and names that need quotes."""
    async with new_database(postgres) as name:
        await as_owner(postgres, name, *EVERY_TYPE)
        module = DatabaseModule()
        await module.initialize(postgres.section(name), FakePeers())
        try:
            query, me = query_of(module), await person(module)
            made = InsertRows(caller=me, table="Select", payload=json.dumps([ROW]).encode(), columns=tuple(ROW), rows=1,
                              returning=Returning.ROWS)  # fmt: skip
            assert json.loads((await query.insert(made)).body) == [ROW]
            for column, value in ROW.items():
                same = Compared(column=column, comparison=Comparison.EQ, value=WRITTEN.get(column, str(value)))
                found = await query.read(ReadRows(caller=me, table="Select", conditions=(same,)))
                assert found.count == 1, column
            for column, bad, code in (("f", "funf!", "22001"), ("d", "mad", "22P02"), ("g", 9, "23514")):
                payload = json.dumps([{column: bad}]).encode()
                with pytest.raises(RowsRefused) as refused:
                    await query.update(UpdateRows(caller=me, table="Select", payload=payload, columns=(column,),
                                                  conditions=(same,)))  # fmt: skip
                assert refused.value.code == code
        finally:
            await module.cleanup()


def small(database: Database, max_bytes: int = 4096) -> RestQuery:
    return RestQuery(RestConfig(max_answer_bytes=max_bytes), database, FakeClock().monotonic)


async def test_an_answer_that_would_be_too_large_is_not_made(database: DatabaseModule) -> None:
    """Read or changed: refused with words that help, and the change is undone; counting is not refused."""
    me = await person(database)
    query = small(database)
    for _ in range(3):
        await project(query, me, b'[{"name": "%b"}]' % (b"x" * 1500))
    read = ReadRows(caller=me, table="projects")
    with pytest.raises(RowsRefused, match="larger than 4096 bytes") as refused:
        await query.read(read)
    assert (refused.value.code, "limit" in str(refused.value.hint)) == ("answer_too_large", True)
    assert (await query.read(replace(read, limit=2))).count == 2
    assert (await query.read(replace(read, shown=(Shown(column="id"),)))).count == 3
    assert (await query.read(replace(read, body=False, total=True))).total == 3
    delete = DeleteRows(caller=me, table="projects", conditions=ALL_ROWS, returning=Returning.ROWS)
    with pytest.raises(RowsRefused, match="larger than"):
        await query.delete(delete)
    assert (await query.read(replace(read, body=False))).count == 3
    assert (await query.delete(replace(delete, returning=Returning.NOTHING))).count == 3


@pytest.mark.parametrize(
    ("name", "times", "fits"),
    [
        ("x" * 3000, 1, True),
        ("x" * 4200, 1, False),
        ("\u0001" * 600, 1, True),
        ("\u0001" * 900, 1, False),
        ('"' * 1900, 1, True),
        ("ё" * 1900, 1, True),
        ("ё" * 2100, 1, False),
        ("x" * 1500, 2, True),
        ("x" * 1500, 3, False),
    ],
)
async def test_what_counts_is_the_answer_with_its_escapes(
    database: DatabaseModule, name: str, times: int, fits: bool
) -> None:
    """A control character is six bytes, a quote two; a column that is shown again counts again."""
    me, query = await person(database), small(database)
    await project(query, me, json.dumps([{"name": name}]).encode())
    shown = tuple(Shown(column="name", alias=f"n{number}") for number in range(times))
    read = ReadRows(caller=me, table="projects", shown=shown)
    if fits:
        (row,) = json.loads((await query.read(read)).body)
        assert row == {f"n{number}": name for number in range(times)}
        return
    with pytest.raises(RowsRefused):
        await query.read(read)


async def test_values_of_every_kind_are_measured(postgres: TestServer) -> None:
    """Bytes, documents and lists that are kept in little room are known by the room that their text takes."""
    async with new_database(postgres) as name:
        await as_owner(postgres, name, KINDS, "GRANT SELECT ON kinds TO authenticated")
        database = DatabaseModule()
        await database.initialize(postgres.section(name), FakePeers())
        me = await person(database)
        for column in ("bytes", "document", "list", "words", "number"):
            for max_bytes, fits in ((7000, False), (20_000, True)):
                read = ReadRows(caller=me, table="kinds", shown=(Shown(column=column),))
                if fits:
                    assert len((await small(database, max_bytes).read(read)).body) > 7000
                    continue
                with pytest.raises(RowsRefused, match="larger than"):
                    await small(database, max_bytes).read(read)
        await database.cleanup()


KINDS = """CREATE TABLE kinds AS SELECT decode(repeat('00', 4000), 'hex') AS bytes,
    jsonb_build_object('a', repeat('x', 8000)) AS document, array_fill(1, ARRAY[4000]) AS list,
    repeat('x', 8000)::varchar AS words, 10::numeric ^ 8000 AS number"""


async def test_forty_large_rows_and_fifty_names_of_one_are_refused_at_once(database: DatabaseModule) -> None:
    """Without the answer ever having been in memory; one of them is answered."""
    me, query = await person(database), query_of(database)
    async with database.transaction(SERVICE) as transaction:
        await transaction.execute(
            "INSERT INTO projects (user_id, name) "
            "SELECT $1::text::uuid, repeat('x', 3900000) FROM generate_series(1, 40)",
            me.user_id,
        )
    read = ReadRows(caller=me, table="projects")
    began = time.monotonic()
    many = tuple(Shown(column="name", alias=f"a{number}") for number in range(4))
    for large in (read, replace(read, limit=1, shown=many)):
        with pytest.raises(RowsRefused, match="larger than"):
            await query.read(large)
    assert time.monotonic() - began < 2
    assert len((await query.read(replace(read, limit=1))).body) > 3_900_000
