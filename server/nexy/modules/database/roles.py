"""The app's login: made by the owner, used for everything but migrations."""

import asyncio
import base64
import hashlib
import hmac
import os
from typing import Any

import asyncpg

from nexy.contracts.errors import StartFailed
from nexy.modules.database.addresses import Address
from nexy.utils.named_sql import named_sql

APP = "nexy_app"
OWNER = "nexy_owner"
_ITERATIONS = 4096
_CHANGE_ATTEMPTS = 20
_CHANGE_PAUSE_SECONDS = 0.05
_SQL = named_sql("nexy.modules.database")


def derived_app_password(owner: Address) -> str:
    """The app's password on an outside server: every Nexy that has the owner's login finds the same one.

    It does not depend on the database: the role belongs to the whole server, and its databases share it.
    """
    text = f"nexy_app@{owner.user}"
    return hmac.new(owner.password.encode(), text.encode(), hashlib.sha256).hexdigest()


def scram_verifier(password: str) -> str:
    """What the server stores; sent instead of the password, so that no statement log ever holds it."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = (base64.b64encode(part).decode() for part in (salt, client, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(_ITERATIONS, *encoded)


async def let_in(connection: Any, role: str, password: str) -> None:  # noqa: ANN401  an asyncpg connection
    """Give a role its login; raises `StartFailed` that names the right which is missing."""
    change = f"ALTER ROLE {role} LOGIN PASSWORD '{scram_verifier(password)}'"
    try:
        for _ in range(_CHANGE_ATTEMPTS):
            try:
                await connection.execute(change)
            except asyncpg.InternalServerError:
                # Several servers that start at once give the role the same login: one update at a time passes.
                await asyncio.sleep(_CHANGE_PAUSE_SECONDS)
            else:
                return
        await connection.execute(change)
    except asyncpg.InsufficientPrivilegeError as problem:
        raise StartFailed(
            f"DATABASE_URL: the login lacks the right to change the role {role} (CREATEROLE with ADMIN OPTION); "
            f"let an administrator grant it, or set DATABASE_APP_URL",
            code="database_rights",
        ) from problem


async def refuse_missing_rights(connection: Any, user: str) -> None:  # noqa: ANN401
    """Raise `StartFailed` that names the right which migrations lack, and for a database that is Supabase's."""
    rights = await connection.fetchrow(_SQL["rights"])
    if rights["is_supabase"]:
        raise StartFailed(
            "DATABASE_URL: this database has the schema auth of a Supabase project, and Nexy needs its own; "
            "give Nexy a database of its own (CREATE DATABASE nexy)",
            code="database_is_supabase",
        )
    missing = ""
    if not rights["sees_schema"]:
        missing = "USAGE on the schema public"
    elif not rights["makes_tables"]:
        missing = "CREATE on the schema public"
    elif not rights["makes_functions"]:
        missing = "CREATE on the schema auth"
    elif not rights["owns_database"]:
        # Without it GRANT and REVOKE on the database only warn, and it would stay open to everybody.
        missing = "of the database's owner (ALTER DATABASE … OWNER TO …)"
    elif not rights["makes_roles"] and not rights["roles_exist"]:
        missing = "CREATEROLE"
    elif to_grant := await connection.fetch(_SQL["roles_to_grant"]):
        # Without it the app could not become them for one transaction, or would have their rights in every one.
        missing = f"ADMIN OPTION on {' and '.join(row['name'] for row in to_grant)}"
    if missing:
        raise StartFailed(f"DATABASE_URL: the login {user} lacks the right {missing}; let an administrator grant it",
                          code="database_rights")  # fmt: skip


async def refuse_unfit_app(connection: Any, app: Address, variable: str) -> None:  # noqa: ANN401
    """Raise `StartFailed` for a login that may not do the app's work, or for which the protections would not hold."""
    fit = await connection.fetchrow(_SQL["fit_for_app"], APP)
    wrong = ""
    if fit["above_all"]:
        wrong = "is a superuser or has BYPASSRLS, so that no protection holds for it; enter as another login"
    elif not fit["is_app"]:
        wrong = f"lacks the rights of the role {APP}; let an administrator GRANT {APP} TO {app.user}"
    elif fit["has_rest"]:
        roles = " and ".join(fit["has_rest"])
        wrong = (
            f"has the rights of {roles} at all times; let an administrator grant them WITH INHERIT FALSE (NOINHERIT)"
        )
    elif not fit["becomes_rest"]:
        wrong = "may not become anon and authenticated; let an administrator grant them WITH SET TRUE, INHERIT FALSE"
    if wrong:
        raise StartFailed(f"{variable}: the login {app.user} {wrong}", code="database_rights")
