"""One connection with its own patience, and the one line that says why there is none."""

import asyncio
import ssl
from typing import Any

import asyncpg

from nexy.contracts.errors import NexyError, StartFailed
from nexy.modules.database.addresses import Address

OLDEST_MAJOR = 15
_RIGHTS = "the login has no right to enter this database"


def arguments(address: Address, statement_timeout_seconds: float) -> dict[str, Any]:
    """What asyncpg needs for this address."""
    milliseconds = str(int(statement_timeout_seconds * 1000))
    settings = {"application_name": "nexy", "statement_timeout": milliseconds, "timezone": "UTC"}
    return {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": address.password or None,
        "database": address.database,
        "ssl": _ssl(address),
        "server_settings": settings,
    }


def _ssl(address: Address) -> "str | ssl.SSLContext | None":
    if address.root_certificate:
        return ssl.create_default_context(cafile=address.root_certificate)
    return address.ssl or None


async def connect(address: Address, timeout_seconds: float, statement_timeout_seconds: float = 0) -> Any:  # noqa: ANN401
    """An asyncpg connection; the driver's own errors leave it as they are. `statement_timeout_seconds` 0: no bound."""
    async with asyncio.timeout(timeout_seconds):
        return await asyncpg.connect(**arguments(address, statement_timeout_seconds), timeout=timeout_seconds)


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
        case OSError():
            reason = problem.strerror or str(problem)
            return StartFailed(f"{place}: cannot be reached ({reason})", code="database_unreachable")
        case _:
            state = getattr(problem, "sqlstate", "") or type(problem).__name__
            return StartFailed(f"{place}: the server refuses the connection ({state})", code="database_refused")


def refuse_old(version: tuple[int, ...], variable: str) -> None:
    """Raise `StartFailed` for a server that is too old for us."""
    if version[0] < OLDEST_MAJOR:
        raise StartFailed(f"{variable}: PostgreSQL {version[0]} is too old; Nexy needs {OLDEST_MAJOR} or newer",
                          code="database_version")  # fmt: skip
