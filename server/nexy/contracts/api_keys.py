"""The keys that a person's programs come in with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nexy.contracts.access import EVERYTHING, Scope
from nexy.contracts.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is known of a key; the key itself is shown once and not kept."""

    key_id: str
    name: str
    email: str
    beginning: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked: bool = False
    last_used_on: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A new key: `secret` is not to be seen again."""

    key: ApiKey
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueKey(Request[IssuedKey]):
    """A key for a person's programs; raises `NotFound` for an unknown address. Without days it does not end."""

    email: str
    name: str
    scopes: frozenset[Scope] = EVERYTHING
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKeys(Request[Sequence[ApiKey]]):
    """Every key, or those of one address."""

    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey(Request[ApiKey]):
    """Let a key be refused from now on; raises `NotFound`, and `SeveralMeant` where several begin so.

    `key` is its id, the whole key, or a beginning of one of them of at least 8 characters.
    """

    key: str = field(repr=False)
