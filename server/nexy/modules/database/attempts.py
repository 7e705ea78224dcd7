"""What must be refused, as statements: to the app, to the roles of the REST door, and to the owner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OWNED = "owned"
_LEDGER = "ledger"
_DERIVED = ("derived", "derived_part")
_NO_ROLE = ""
_REST = ("anon", "authenticated")
# What nobody who serves may do to a table.
_TO_A_TABLE = (
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} ADD COLUMN probe integer",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE TRIGGER nexy_no_truncate",
    "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    "DROP POLICY nexy_own_rows ON {table}",
    "DROP TABLE {table} CASCADE",
)
_DELETE = "DELETE FROM {table}"
_TO_A_KEPT_TABLE = ("ALTER TABLE {table} DISABLE TRIGGER nexy_no_delete",)
_TO_THE_LEDGER = ("UPDATE {table} SET user_id = user_id",)
# The roles of the REST door see nothing but what is a person's own.
_OF_A_STRANGER = "INSERT INTO {table} ({owner}) VALUES (gen_random_uuid())"
_CHANGES = (_OF_A_STRANGER, "UPDATE {table} SET {owner} = {owner}", _DELETE)
_EVERYTHING = ("SELECT FROM {table}", *_CHANGES)
_OF_OURS = ("SELECT FROM schema_migrations", "SELECT FROM nexy_protection")
_AT_ALL = (
    "CREATE TABLE nexy_probe (id integer)",
    "CREATE TABLE auth.nexy_probe (id integer)",
    "CREATE TEMPORARY TABLE nexy_probe (id integer)",
    "CREATE SCHEMA nexy_probe",
    "CREATE FUNCTION nexy_probe() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE nexy_probe",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "SET LOCAL session_replication_role = replica",
    "SELECT nexy_protect()",
    "SELECT nexy_protect_functions()",
    "SELECT nexy_protect_rows(NULL)",
    "SELECT nexy_let_app_become_rest()",
    "INSERT INTO nexy_protection (table_name, kind) VALUES ('probe', 'kept')",
    "DELETE FROM nexy_protection",
    "DELETE FROM schema_migrations",
    "CREATE OR REPLACE FUNCTION nexy_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid'",
)
_CALLS = (
    "SELECT nexy_person_of(repeat('0', 64))",
    "SELECT nexy_uuid5(gen_random_uuid(), '')",
    "SELECT nexy_current_user()",
    "SELECT nexy_is_service()",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A table of the list `nexy_protection`."""

    name: str
    kind: str
    owner_column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A statement, in a role that is taken for it alone, or in none."""

    statement: str
    role: str = _NO_ROLE


def by_the_app(tables: Sequence[Guarded], owner: str) -> Iterator[Attempt]:
    """What the app itself must not be able to do, and what it must not in the roles that it may take."""
    quoted = owner.replace('"', '""')
    for role in (_NO_ROLE, *_REST):
        for statement in (*_AT_ALL, f'SET LOCAL ROLE "{quoted}"'):
            yield Attempt(statement=statement, role=role)
    for role in _REST:
        for statement in (*_CALLS, *_OF_OURS):
            yield Attempt(statement=statement, role=role)
    for table in tables:
        yield from _to_a_table(table)


def by_the_owner(tables: Sequence[Guarded]) -> Iterator[Attempt]:
    """The triggers hold even for the owner, who has every grant."""
    for table in tables:
        yield _on(table, _TO_A_TABLE[0])
        if table.kind != OWNED:
            yield _on(table, _DELETE)


def _to_a_table(table: Guarded) -> Iterator[Attempt]:
    kept = _TO_A_KEPT_TABLE if table.kind != OWNED else ()
    ledger = _TO_THE_LEDGER if table.kind == _LEDGER else ()
    # Only the service writes what was made from sources.
    derived = (_OF_A_STRANGER,) if table.kind in _DERIVED else ()
    for form in (*_TO_A_TABLE, _DELETE, *kept, *ledger, *derived):
        yield _on(table, form)
    for role in _REST:
        for form in (*_TO_A_TABLE, *_beyond(table, role)):
            yield _on(table, form, role)


def _beyond(table: Guarded, role: str) -> Sequence[str]:
    """What this role has no right to, or not with other people's rows."""
    if table.kind != OWNED:
        return _EVERYTHING
    return _CHANGES if role == _REST[0] else (_OF_A_STRANGER,)


def _on(table: Guarded, form: str, role: str = _NO_ROLE) -> Attempt:
    return Attempt(statement=form.format(table=table.name, owner=table.owner_column), role=role)
