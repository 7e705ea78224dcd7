"""The persons of a server and their sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from nexy.contracts.access import Caller
from nexy.contracts.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person with the address that she signs in with; `data` is what her own programs keep beside it."""

    user_id: str
    email: str
    data: Mapping[str, object] = field(default_factory=dict)
    created_at: datetime
    updated_at: datetime
    last_sign_in_at: datetime | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What signing in gives: a token for an hour or so, and one that is good for one renewal.

    `expires_at` is a moment of UTC.
    """

    account: Account
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    expires_in_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp(Request[SignedIn]):
    """Make an account and sign in; raises `ValidationFailed` (`user_already_exists`, `weak_password`, a bad address).

    `address` is where the request comes from, of the sixth version its network: tries are counted by it.
    """

    email: str
    password: str = field(repr=False)
    data: Mapping[str, object] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Request[SignedIn]):
    """Raises `ValidationFailed` with `invalid_credentials` whatever was wrong, and `RateLimitExceeded`."""

    email: str
    password: str = field(repr=False)
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshSession(Request[SignedIn]):
    """A new pair for a refresh token, which is then used up; one that comes back ends its whole session.

    Raises `ValidationFailed`: `refresh_token_not_found`, `refresh_token_already_used`, `session_expired`.
    """

    refresh_token: str = field(repr=False)
    address: str = ""


class SignOutScope(StrEnum):
    """Which sessions end."""

    GLOBAL = "global"
    LOCAL = "local"
    OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Request[None]):
    """End sessions of the caller: their refresh tokens are worth nothing from now on."""

    caller: Caller
    scope: SignOutScope = SignOutScope.GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeAccount(Request[Account]):
    """The caller's own account; raises `Unauthenticated` where its session has ended."""

    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount(Request[Account]):
    """Change what is given; a new password ends the other sessions."""

    caller: Caller
    email: str = ""
    password: str = field(default="", repr=False)
    data: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAccounts(Request[Sequence[Account]]):
    """Every account, for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindAccount(Request[Account]):
    """The account of an address, for the operator; raises `NotFound`."""

    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAccount(Request[Account]):
    """An account by the operator's hand; raises as `SignUp` does."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPassword(Request[Account]):
    """A new password by the operator's hand; every session ends. Raises `NotFound`."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableAccount(Request[Account]):
    """Let nobody in by this account, or let her in again; disabling ends sessions, keys and devices at once."""

    email: str
    disabled: bool = True
