"""The ways to a row: each is tried by every caller on everything. A new door adds its own to `ROUTES`."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from uuid import uuid4

from access.catalogue import Function, Relation
from access.filling import insertion, new_row
from access.rest_route import rest
from access.stage import Attempt, Caller, Given, Route, Stage

VERBS = ("SELECT", "INSERT", "UPDATE", "UPSERT", "DELETE", "TRUNCATE", "CALL")


async def relations(stage: Stage, caller: Caller) -> AsyncIterator[Attempt]:
    """Every verb of SQL on every table and view."""
    for relation in stage.catalogue.relations:
        for statement in _selects(relation):
            yield _attempt(relation, "SELECT", partial(_read, stage, caller, statement))
        async for verb, statement, values in _changes(stage, caller, relation):
            yield _attempt(relation, verb, partial(_change, stage, caller, statement, values))


async def functions(stage: Stage, caller: Caller) -> AsyncIterator[Attempt]:
    """Every function, asked about the other person."""
    for function in stage.catalogue.functions:
        yield Attempt(target=function.signature, verb="CALL", run=partial(_call, stage, caller, function))


ROUTES: list[Route] = [relations, functions, rest]


def _attempt(relation: Relation, verb: str, run: "partial[object]") -> Attempt:
    return Attempt(target=relation.name, verb=verb, run=run)  # type: ignore[arg-type]


def _selects(relation: Relation) -> Sequence[str]:
    everything = f"SELECT t::text AS row FROM {relation.name} AS t"
    return (
        everything,
        f"{everything} ORDER BY 1 DESC LIMIT 1000",
        f"SELECT t::text AS row FROM {relation.name} AS t FOR SHARE",
    )


async def _changes(
    stage: Stage, caller: Caller, relation: Relation
) -> AsyncIterator[tuple[str, str, Sequence[str | None]]]:
    """What could touch a row: one's own is the proof that the verb works at all."""
    name, owner = relation.name, relation.owner_column
    if relation.is_table:
        for person in (caller.mine, caller.theirs):
            row = await new_row(stage.administrator, relation, person)
            yield "INSERT", *insertion(relation, row)
        if relation.key and name in caller.theirs.rows:
            row = await new_row(stage.administrator, relation, caller.mine)
            row |= {column: caller.theirs.rows[name][column] for column in relation.key}
            statement, values = insertion(relation, row)
            key = ", ".join(f'"{column}"' for column in relation.key)
            changed = owner or relation.key[0]
            yield "UPSERT", f'{statement} ON CONFLICT ({key}) DO UPDATE SET "{changed}" = excluded."{changed}"', values
            yield "UPSERT", f"{statement} ON CONFLICT DO NOTHING", values
    if owner:
        yield "UPDATE", f'UPDATE {name} SET "{owner}" = "{owner}"', ()
        give = f'UPDATE {name} SET "{owner}" = $1::text::uuid'
        yield "UPDATE", f'{give} WHERE "{owner}" <> $1::text::uuid', (caller.mine.user_id,)
        yield "UPDATE", give, (caller.theirs.user_id,)
    elif relation.columns:
        column = relation.columns[0].name
        yield "UPDATE", f'UPDATE {name} SET "{column}" = "{column}"', ()
    yield "DELETE", f"DELETE FROM {name}", ()
    yield "TRUNCATE", f"TRUNCATE {name} CASCADE", ()


async def _read(stage: Stage, caller: Caller, statement: str) -> Given:
    async with stage.database.transaction(caller.claims) as transaction:
        rows = [str(row["row"]) for row in await transaction.fetch(statement)]
    return Given(rows=rows, touched=len(rows))


async def _change(stage: Stage, caller: Caller, statement: str, values: Sequence[str | None]) -> Given:
    async with stage.database.transaction(caller.claims) as transaction:
        return Given(touched=await transaction.execute(statement, *values))


async def _call(stage: Stage, caller: Caller, function: Function) -> Given:
    values = [_about(caller, kind) for kind in function.arguments]
    places = ", ".join(f"${place}::text::{kind}" for place, kind in enumerate(function.arguments, start=1))
    statement = f"SELECT row::text AS row FROM {function.name}({places}) AS row"
    async with stage.database.transaction(caller.claims) as transaction:
        rows = [str(row["row"]) for row in await transaction.fetch(statement, *values)]
    return Given(rows=rows, touched=len(rows), asked=frozenset(value for value in values if value))


def _about(caller: Caller, kind: str) -> str | None:
    """What a caller could know of the other person: her id, and what identifies her device."""
    if kind == "uuid":
        return caller.theirs.user_id
    if kind == "text":
        device = caller.theirs.rows.get("public.devices", {})
        return device.get("hardware_hash") or str(uuid4())
    return None
