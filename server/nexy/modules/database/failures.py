"""What goes wrong in the driver, in our own errors: SQLSTATE and names, never a value of a row."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from nexy.contracts.database import StatementRefused
from nexy.contracts.errors import DeadlineExceeded, Internal, NexyError, PermissionDenied, Unavailable, ValidationFailed

# Server going down, crashed, starting; out of connections, memory or disk; deadlock, lock or serialization failure.
_TRANSIENT_CLASSES = ("08", "53", "40")
_TRANSIENT_STATES = ("57P01", "57P02", "57P03", "55P03", "25P03")
# The internal one: a line that broke in the middle of an answer leaves asyncpg's own state behind.
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""Everything that a call of the driver raises."""

# Login and password, or the whole database: an operator changes them, and changes them back.
_NOT_LET_IN = ("28", "3D")
STATEMENT_TIMEOUT = "57014"
_REFUSED = "42501"


def is_lost_connection(problem: BaseException) -> bool:
    """Whether another connection may serve where this one failed."""
    if isinstance(problem, asyncpg.PostgresError):
        return (problem.sqlstate or "").startswith(("08", "57P"))
    return isinstance(problem, OSError | asyncpg.InterfaceError | asyncpg.InternalClientError)


def translated(problem: BaseException) -> NexyError:
    """Our error for the driver's."""
    match problem:
        case asyncpg.PostgresError():
            return _of_state(problem.sqlstate or "", problem.constraint_name or "")
        case TimeoutError():
            return Unavailable("no database connection is free", code="database_busy")
        case asyncpg.DataError() | ValueError() | TypeError() | OverflowError():
            return ValidationFailed("the database cannot take a value of this kind", code="database_value")
        case _:
            return Unavailable("the database does not answer", code="database_unavailable")


def _of_state(state: str, constraint: str) -> NexyError:
    if state == STATEMENT_TIMEOUT:
        return DeadlineExceeded("the database took too long", code="database_timeout")
    if state == _REFUSED:
        return PermissionDenied("the database refuses this", code="database_refused")
    if state.startswith(_NOT_LET_IN):
        return Unavailable(f"the database does not let the app in ({state})", code="database_login")
    if state.startswith(_TRANSIENT_CLASSES) or state in _TRANSIENT_STATES:
        return Unavailable(f"the database cannot do this now ({state})", code="database_unavailable")
    if state.startswith(("22", "23")):
        return ValidationFailed(f"the database refuses a value ({state} {constraint})".replace(" )", ")"),
                                code="database_value", field=constraint or None)  # fmt: skip
    return Internal(f"the database does not accept a statement ({state})", code="database_statement")


def told(problem: BaseException) -> NexyError:
    """The same for somebody who reads PostgreSQL's own words: they are about a statement of the caller's."""
    if not isinstance(problem, asyncpg.PostgresError):
        return translated(problem)
    state = problem.sqlstate or ""
    if state.startswith(_TRANSIENT_CLASSES + _NOT_LET_IN) or state in _TRANSIENT_STATES:
        return translated(problem)
    message = str(problem.args[0])
    return StatementRefused(
        state, message, details=problem.detail, hint=problem.hint, constraint=problem.constraint_name
    )


@contextmanager
def translating(as_told: bool = False) -> Iterator[None]:
    """Let only our own errors out of the block; `as_told` with PostgreSQL's own words in them."""
    try:
        yield
    except DRIVER_ERRORS as problem:
        raise (told(problem) if as_told else translated(problem)) from problem
