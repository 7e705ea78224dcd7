"""Rows of accounts and sessions in their types."""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from nexy.contracts.accounts import Account
from nexy.contracts.database import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAccount:
    """An account with the hash of its password; None: no password opens it."""

    account: Account
    password_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSession:
    """A session as it is now."""

    session_id: str
    user_id: str
    created_at: datetime
    not_after: datetime
    revoked: bool


def account_of(row: Row) -> KeptAccount:
    """From one of the queries that return an account."""
    data, kept = row["data"], row["password_hash"]
    assert isinstance(data, str)
    account = Account(
        user_id=str(row["user_id"]),
        email=str(row["email"]),
        data=msgspec.json.decode(data, type=dict[str, object]),
        created_at=moment(row["created_at"]),
        updated_at=moment(row["updated_at"]),
        last_sign_in_at=None if row["last_sign_in_at"] is None else moment(row["last_sign_in_at"]),
        disabled=bool(row["disabled"]),
    )
    return KeptAccount(account=account, password_hash=None if kept is None else str(kept))


def session_of(row: Row) -> KeptSession:
    """From `session_of_token`."""
    return KeptSession(
        session_id=str(row["id"]),
        user_id=str(row["user_id"]),
        created_at=moment(row["created_at"]),
        not_after=moment(row["not_after"]),
        revoked=bool(row["revoked"]),
    )


def moment(value: object) -> datetime:
    """A timestamptz."""
    assert isinstance(value, datetime)
    return value
