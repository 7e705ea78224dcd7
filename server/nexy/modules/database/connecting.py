"""One connection with its own patience, and the one line that says why there is none."""

import asyncio
import os
import ssl
from typing import Any

import asyncpg

from nexy.contracts.errors import NexyError, StartFailed
from nexy.modules.database.addresses import Address

OLDEST_MAJOR = 15
_RIGHTS = "the login has no right to enter this database"
_SYSTEM = "system"
_NO_TLS = "rejected SSL upgrade"


class RootUnreadable(OSError):
    """The file of sslrootcert is not there or holds no certificate."""


def arguments(address: Address, statement_timeout_seconds: float) -> dict[str, Any]:
    """What asyncpg needs for this address."""
    settings = {
        "application_name": "nexy",
        "statement_timeout": milliseconds(statement_timeout_seconds),
        "timezone": "UTC",
    }
    return {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": address.password or None,
        "database": address.database,
        "ssl": _ssl(address),
        "server_settings": settings,
    }


def milliseconds(seconds: float) -> str:
    """A time as PostgreSQL's settings take it."""
    return str(int(seconds * 1000))


def _ssl(address: Address) -> "str | ssl.SSLContext | None":
    """As libpq reads sslmode and sslrootcert, except that verify-* without a root trusts the system's own."""
    verified = address.ssl.startswith("verify-")
    if not verified and not (address.ssl == "require" and address.root_certificate):
        return address.ssl or None
    root = "" if address.root_certificate == _SYSTEM else address.root_certificate
    try:
        context = ssl.create_default_context(cafile=root or None)
    except OSError as problem:
        raise RootUnreadable(f"{root}: {problem.strerror or problem}") from problem
    context.check_hostname = address.ssl == "verify-full"
    return context


async def connect(address: Address, timeout_seconds: float, statement_timeout_seconds: float = 0) -> Any:  # noqa: ANN401
    """An asyncpg connection; the driver's own errors leave it as they are. `statement_timeout_seconds` 0: no bound."""
    async with asyncio.timeout(timeout_seconds):
        return await asyncpg.connect(**arguments(address, statement_timeout_seconds), timeout=timeout_seconds)


async def disconnect(connection: Any, timeout_seconds: float) -> None:  # noqa: ANN401
    """Say farewell; a server that does not answer it is left, so that no error of the block is hidden by this one."""
    try:
        await connection.close(timeout=timeout_seconds)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        connection.terminate()


def why_not(problem: BaseException, address: Address, variable: str) -> NexyError:
    """The failure to connect as one line that names the variable and the address, without the password."""
    place = f"{variable}: {address.named()}"
    match problem:
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return StartFailed(f"{place}: the server refuses this user or password", code="database_login")
        case asyncpg.InvalidCatalogNameError():
            return StartFailed(f"{place}: there is no such database; create it", code="database_absent")
        case asyncpg.InsufficientPrivilegeError():
            return StartFailed(f"{place}: {_RIGHTS} (CONNECT)", code="database_rights")
        case TimeoutError():
            return StartFailed(f"{place}: no answer in time", code="database_unreachable")
        case ssl.SSLError() | RootUnreadable():
            return StartFailed(f"{place}: {_untrusted(problem)}", code="database_tls")
        case ConnectionError() if _NO_TLS in str(problem):
            return StartFailed(f"{place}: the server offers no TLS, and sslmode asks for it", code="database_tls")
        case OSError():
            # asyncio writes the address into its own text; positive numbers are the system's.
            number = problem.errno or 0
            reason = os.strerror(number) if number > 0 else problem.strerror or str(problem)
            return StartFailed(f"{place}: cannot be reached ({reason})", code="database_unreachable")
        case _:
            state = getattr(problem, "sqlstate", "") or type(problem).__name__
            return StartFailed(f"{place}: the server refuses the connection ({state})", code="database_refused")


def _untrusted(problem: ssl.SSLError | RootUnreadable) -> str:
    match problem:
        case RootUnreadable():
            return f"sslrootcert cannot be read ({problem})"
        case ssl.SSLCertVerificationError():
            reason = problem.verify_message.rstrip(".")
            return f"the server's certificate is not trusted ({reason}); see sslmode and sslrootcert"
        case _:
            return f"TLS fails ({problem.reason})"


def refuse_old(version: tuple[int, ...], variable: str) -> None:
    """Raise `StartFailed` for a server that is too old for us."""
    if version[0] < OLDEST_MAJOR:
        raise StartFailed(f"{variable}: PostgreSQL {version[0]} is too old; Nexy needs {OLDEST_MAJOR} or newer",
                          code="database_version")  # fmt: skip
