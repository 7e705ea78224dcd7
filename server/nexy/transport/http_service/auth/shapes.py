"""Bodies of /auth/v1/* as GoTrue has them: what clients send and what they read.

Sources: openapi.yaml of github.com/supabase/auth, and the types of supabase-js (auth-js) and supabase-py.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec


class TokenBody(msgspec.Struct, frozen=True, kw_only=True):
    """Address and password, or a refresh token; which of them counts is told by `grant_type`."""

    email: str | None = None
    phone: str | None = None
    password: str | None = None
    refresh_token: str | None = None


class SignUpBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to make; `data` is the person's own."""

    email: str | None = None
    phone: str | None = None
    password: str | None = None
    data: dict[str, Any] | None = None


class UserChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different; `app_metadata` and `phone` are read only to refuse them."""

    email: str | None = None
    phone: str | None = None
    password: str | None = None
    data: dict[str, Any] | None = None
    app_metadata: dict[str, Any] | None = None


class AppMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """By what a person signs in."""

    provider: str = "email"
    providers: Sequence[str] = ("email",)


class IdentityData(msgspec.Struct, frozen=True, kw_only=True):
    """What the way of signing in knows of a person."""

    email: str
    sub: str
    email_verified: bool = False
    phone_verified: bool = False


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """One way of signing in."""

    identity_id: str
    id: str
    user_id: str
    identity_data: IdentityData
    provider: str = "email"
    email: str
    created_at: datetime
    updated_at: datetime
    last_sign_in_at: datetime | None


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person; addresses are taken as they are given, so they count as confirmed when the account was made."""

    id: str
    aud: str
    role: str
    email: str
    email_confirmed_at: datetime
    phone: str = ""
    confirmed_at: datetime
    last_sign_in_at: datetime | None
    app_metadata: AppMetadata = AppMetadata()
    user_metadata: Mapping[str, Any]
    identities: Sequence[Identity]
    created_at: datetime
    updated_at: datetime
    is_anonymous: bool = False


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What signing in gives; `expires_at` in seconds since 1970."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105  the name of a kind
    expires_in: int
    expires_at: int
    refresh_token: str
    user: User


class WeakPassword(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a password."""

    reasons: Sequence[str]


class AuthError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A refusal: `code` is the HTTP status."""

    code: int
    error_code: str
    msg: str
    weak_password: WeakPassword | None = None


class AuthError20240101(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A refusal for clients that ask for the version of 2024-01-01: `code` is the stable name."""

    code: str
    message: str
    weak_password: WeakPassword | None = None


class AuthHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers; the name is what clients look for."""

    version: str
    name: str = "GoTrue"
    description: str = "Nexy answers as GoTrue does"


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key that tokens are verified with (RFC 7517)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    alg: str
    use: str


class PublicKeySet(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON Web Key Set."""

    keys: Sequence[PublicKey]
