"""Who asks, proven by a token or by an API key, and what that lets a caller do."""

from dataclasses import dataclass, field
from enum import StrEnum

from nexy.contracts.request import Request


class Role(StrEnum):
    """What PostgreSQL lets a caller do; the names are those of the Supabase clients."""

    ANON = "anon"
    AUTHENTICATED = "authenticated"


class Scope(StrEnum):
    """What an API key is good for."""

    CODE = "code"
    REST = "rest"
    SENSORS = "sensors"
    VOICE = "voice"


EVERYTHING = frozenset(Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who a request comes from, proven; without a `user_id` it is nobody in particular.

    `session_id` is that of a token, `key_id` that of an API key; a token is good for everything.
    """

    role: Role
    user_id: str = ""
    session_id: str = ""
    key_id: str = ""
    scopes: frozenset[Scope] = EVERYTHING


NOBODY = Caller(role=Role.ANON)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyToken(Request[Caller]):
    """Whose token it is; raises `Unauthenticated` with one and the same message, whatever is wrong with it.

    A token that was good and is over has the code `token_expired`.
    """

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyKey(Request[Caller]):
    """Whose API key it is; raises `Unauthenticated`. Answered from memory.

    `scope` is what it is shown for: a key that is not good for that was not used. The refusal is the asker's.
    """

    key: str = field(repr=False)
    scope: Scope | None = None
