"""The endpoints of /auth/v1/*, and the keys that others verify our tokens with."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

import msgspec

from nexy.config.access_section import AccessConfig
from nexy.config.api_section import ApiLimitsConfig
from nexy.contracts.accounts import RefreshSession, SignIn, SignOutScope, SignUp
from nexy.contracts.errors import NotFound, PermissionDenied, ValidationFailed
from nexy.transport.http_service.auth import shapes
from nexy.transport.http_service.auth.persons import shown_session, shown_user
from nexy.transport.http_service.auth.refusals import refuse
from nexy.transport.http_service.callers import Callers
from nexy.transport.http_service.exchange import JSON, Exchange
from nexy.transport.http_service.front import FastRoute
from nexy.transport.http_service.json_bodies import BodyReader
from nexy.version import __version__
from nexy.workflows.accounts import Accounts

AUTH = "/auth/v1"
KEYS = "/.well-known/jwks.json"
_encode = msgspec.json.Encoder().encode
_BEARER = b"bearer "
_MOST_FIELDS = 100
_GET = "GET"
_METHODS = (_GET, "POST", "PUT", "PATCH", "DELETE")
# A page may not keep what opens an account; keys are asked for often and change seldom.
_PRIVATE = (*JSON, (b"cache-control", b"no-store"))
_FOR_ALL = (*JSON, (b"cache-control", b"public, max-age=600"))
_POSTED = (400, 403, 404, 405, 408, 413, 422, 429, 500, 503)
_SIGNED = (400, 401, 403, 404, 405, 408, 413, 422, 429, 500, 503)
_READ = (403, 404, 405, 429, 500, 503)
_WHAT_THERE_IS = "there is sign-up, signing in and out, and one's own account, by address and password"
_NO_MAIL = "this server sends no mail; an operator sets a new password with `nexy users password`"
_BY_COMMANDS = "an operator manages accounts with `nexy users`"
_INSTEAD = {
    **dict.fromkeys(("recover", "magiclink", "otp", "verify", "resend", "reauthenticate"), _NO_MAIL),
    **dict.fromkeys(("admin", "invite"), _BY_COMMANDS),
}
_GRANTS = {"grant_type": "password (which it is without it) or refresh_token"}
_SCOPES = {"scope": "global (which it is without it), local or others"}


def auth_routes(
    accounts: Accounts, callers: Callers, config: AccessConfig, limits: ApiLimitsConfig
) -> Sequence[FastRoute]:
    """All of them, and a 404 in the same form for whatever else is asked below /auth/v1."""
    door = _Door(accounts, callers, config.max_body_bytes, limits.body_seconds)
    refusals: dict[str, Any] = {"refuse": refuse, "refusal": shapes.AuthError}
    keys = (
        FastRoute(path=path, summary="Keys to verify tokens with", handler=door.keys, method=_GET,
                  reply=shapes.PublicKeySet, statuses=_READ, **refusals)
        for path in (f"{AUTH}{KEYS}", KEYS)
    )  # fmt: skip
    return (
        FastRoute(path=f"{AUTH}/token", summary="Sign in, or go on with a session", handler=door.token,
                  body=shapes.TokenBody, reply=shapes.Session, statuses=_POSTED, query=_GRANTS, **refusals),
        FastRoute(path=f"{AUTH}/signup", summary="Make an account", handler=door.sign_up, body=shapes.SignUpBody,
                  reply=shapes.Session, statuses=_POSTED, **refusals),
        FastRoute(path=f"{AUTH}/user", summary="Whose token it is", handler=door.user, method=_GET,
                  reply=shapes.User, statuses=_SIGNED, **refusals),
        FastRoute(path=f"{AUTH}/user", summary="Change one's own account", handler=door.change, method="PUT",
                  body=shapes.UserChanges, reply=shapes.User, statuses=_SIGNED, **refusals),
        FastRoute(path=f"{AUTH}/logout", summary="End sessions", handler=door.sign_out, statuses=_SIGNED,
                  query=_SCOPES, success=204, **refusals),
        FastRoute(path=f"{AUTH}/health", summary="Who answers here", handler=door.health, method=_GET,
                  reply=shapes.AuthHealth, statuses=_READ, **refusals),
        *keys,
        *(FastRoute(path=f"{AUTH}/{{rest}}", summary="Nothing else", handler=door.nothing, method=method,
                    hidden=True, **refusals) for method in _METHODS),
    )  # fmt: skip


class _Door:
    """Read, hand down, write."""

    def __init__(self, accounts: Accounts, callers: Callers, max_body_bytes: int, body_seconds: float) -> None:
        self._accounts = accounts
        self._callers = callers
        self._bounds = (max_body_bytes, body_seconds)
        self._tokens = BodyReader(shapes.TokenBody)
        self._sign_ups = BodyReader(shapes.SignUpBody)
        self._changes = BodyReader(shapes.UserChanges)

    async def token(self, exchange: Exchange) -> None:
        """A session for a password or for a refresh token."""
        address = self._callers.counted_address(exchange)
        grant = _asked(exchange, "grant_type") or "password"
        body = self._tokens.read(await self._body(exchange), b"")
        match grant:
            case "password":
                email = _address_of(body.email, body.phone)
                signed_in = await self._accounts.sign_in(
                    SignIn(email=email, password=body.password or "", address=address)
                )
            case "refresh_token":
                if not body.refresh_token:
                    raise ValidationFailed("refresh_token required", code="validation_failed", field="refresh_token")
                signed_in = await self._accounts.refresh(
                    RefreshSession(refresh_token=body.refresh_token, address=address)
                )
            case _:
                raise ValidationFailed("unsupported_grant_type", code="unsupported_grant_type", field="grant_type")
        await exchange.reply(200, _encode(shown_session(signed_in)), _PRIVATE)

    async def sign_up(self, exchange: Exchange) -> None:
        """An account and its first session."""
        address = self._callers.counted_address(exchange)
        body = self._sign_ups.read(await self._body(exchange), b"")
        if not body.email and not body.phone:
            raise ValidationFailed("Anonymous sign-ins are disabled", code="anonymous_provider_disabled")
        email = _address_of(body.email, body.phone)
        if not body.password:
            raise ValidationFailed("Signup requires a valid password", code="validation_failed", field="password")
        wanted = SignUp(email=email, password=body.password, data=body.data or {}, address=address)
        signed_in = await self._accounts.sign_up(wanted)
        await exchange.reply(200, _encode(shown_session(signed_in)), _PRIVATE)

    async def user(self, exchange: Exchange) -> None:
        """The caller's own account."""
        self._callers.counted_address(exchange)
        account = await self._accounts.account(_token_in(exchange))
        await exchange.reply(200, _encode(shown_user(account)), _PRIVATE)

    async def change(self, exchange: Exchange) -> None:
        """The caller's account with something else in it."""
        self._callers.counted_address(exchange)
        body = self._changes.read(await self._body(exchange), b"")
        if body.app_metadata is not None:
            raise PermissionDenied("Updating app_metadata requires admin privileges", code="not_admin")
        if body.phone:
            raise _no_phones()
        account = await self._accounts.change(
            _token_in(exchange), email=body.email or "", password=body.password or "", data=body.data
        )
        await exchange.reply(200, _encode(shown_user(account)), _PRIVATE)

    async def sign_out(self, exchange: Exchange) -> None:
        """Nothing, once the sessions have ended."""
        self._callers.counted_address(exchange)
        # Clients send a body or none; either is of no interest.
        await self._body(exchange)
        asked = _asked(exchange, "scope") or SignOutScope.GLOBAL
        if asked not in set(SignOutScope):
            raise ValidationFailed("Unsupported logout scope", code="validation_failed", field="scope")
        await self._accounts.sign_out(_token_in(exchange), SignOutScope(asked))
        await exchange.reply(204, b"", ())

    async def health(self, exchange: Exchange) -> None:
        """Name and version."""
        self._callers.counted_address(exchange)
        await exchange.reply(200, _encode(shapes.AuthHealth(version=__version__)))

    async def keys(self, exchange: Exchange) -> None:
        """The public halves."""
        self._callers.counted_address(exchange)
        await exchange.reply(200, await self._accounts.public_keys(), _FOR_ALL)

    async def nothing(self, exchange: Exchange) -> None:
        """What GoTrue can and Nexy cannot: links by mail, other providers, administration."""
        self._callers.counted_address(exchange)
        asked, _, _ = exchange.path.removeprefix(f"{AUTH}/").partition("/")
        raise NotFound(f"Not offered here: {_INSTEAD.get(asked, _WHAT_THERE_IS)}.")

    async def _body(self, exchange: Exchange) -> bytes:
        return await exchange.body(*self._bounds)


def _address_of(email: str | None, phone: str | None) -> str:
    if email:
        return email
    if phone:
        raise _no_phones()
    raise ValidationFailed("missing email or phone", code="validation_failed", field="email")


def _no_phones() -> ValidationFailed:
    return ValidationFailed("Phone numbers are not taken", code="phone_provider_disabled", field="phone")


def _asked(exchange: Exchange, name: str) -> str:
    """The first value of this name behind the path."""
    query: bytes = exchange.scope["query_string"]
    if not query:
        return ""
    try:
        found = parse_qs(query.decode("latin-1"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise ValidationFailed("query: there are too many fields", code="validation_failed", field="query") from None
    return found.get(name, [""])[0]


def _token_in(exchange: Exchange) -> str:
    given = exchange.heads.get(b"authorization", b"")
    if given[: len(_BEARER)].lower() != _BEARER:
        return ""
    return given[len(_BEARER) :].strip().decode("latin-1")
