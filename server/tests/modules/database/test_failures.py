"""The driver's errors in ours."""

import asyncpg
import pytest

from nexy.contracts.database import StatementRefused
from nexy.contracts.errors import DeadlineExceeded, Internal, NexyError, PermissionDenied, Unavailable, ValidationFailed
from nexy.modules.database.failures import is_lost_connection, told, translated, translating


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (asyncpg.QueryCanceledError("canary"), DeadlineExceeded),
        (asyncpg.InsufficientPrivilegeError("canary"), PermissionDenied),
        (asyncpg.AdminShutdownError("canary"), Unavailable),
        (asyncpg.CannotConnectNowError("canary"), Unavailable),
        (asyncpg.TooManyConnectionsError("canary"), Unavailable),
        (asyncpg.DiskFullError("canary"), Unavailable),
        (asyncpg.DeadlockDetectedError("canary"), Unavailable),
        (asyncpg.SerializationError("canary"), Unavailable),
        (asyncpg.UniqueViolationError("canary"), ValidationFailed),
        (asyncpg.NumericValueOutOfRangeError("canary"), ValidationFailed),
        (asyncpg.UndefinedTableError("canary"), Internal),
        (asyncpg.InterfaceError("canary"), Unavailable),
        (asyncpg.DataError("canary"), ValidationFailed),
        (TimeoutError("canary"), Unavailable),
        (ConnectionResetError("canary"), Unavailable),
    ],
)
def test_each_cause_has_its_error_and_none_quotes_a_value(problem: BaseException, kind: type[NexyError]) -> None:
    """What a caller may do about it is told by the class; what the server said may hold a row and stays inside."""
    error = translated(problem)
    assert type(error) is kind
    assert "canary" not in error.message


@pytest.mark.parametrize(
    "problem", [asyncpg.AdminShutdownError("x"), asyncpg.DeadlockDetectedError("x"), asyncpg.DiskFullError("x"),
                asyncpg.InvalidPasswordError("x"), ConnectionResetError("x"), TimeoutError("x")],
)  # fmt: skip
def test_what_is_not_about_the_statement_is_told_to_nobody(problem: BaseException) -> None:
    """The server's own troubles look to a caller of the REST door as they look to everybody."""
    assert type(told(problem)) is Unavailable


def test_a_caller_of_the_rest_door_reads_postgresqls_words() -> None:
    """SQLSTATE, message and name of the rule, as the server gave them."""
    problem = asyncpg.UniqueViolationError("duplicate key")
    problem.constraint_name, problem.detail, problem.hint = "projects_pkey", "Key", "Other"
    error = told(problem)
    assert isinstance(error, StatementRefused)
    assert (error.sqlstate, error.message, error.details, error.hint, error.constraint) == (
        "23505", "duplicate key", "Key", "Other", "projects_pkey",
    )  # fmt: skip


def test_only_a_lost_line_is_worth_another_connection() -> None:
    """A shutdown or a broken line is, a wrong statement is not."""
    assert is_lost_connection(asyncpg.AdminShutdownError())
    assert is_lost_connection(ConnectionRefusedError())
    assert is_lost_connection(asyncpg.InternalClientError())
    assert not is_lost_connection(asyncpg.UniqueViolationError())


def test_errors_of_others_pass_through() -> None:
    """Only the driver's errors are translated."""
    with pytest.raises(KeyError), translating():
        raise KeyError("mine")
