"""How tokens are made: signed with the newest key, in the words that Supabase's clients and policies know."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import msgspec

from nexy.config.access_section import TokensConfig
from nexy.contracts.access import Role
from nexy.contracts.clock import Clock
from nexy.contracts.request import RequestHandlers
from nexy.contracts.signing_keys import AnonymousToken, PublicKeys, RotateKeys
from nexy.modules.access.tokens.crypto import ALGORITHM, KeyPair, coordinates, pair_of, signature_library
from nexy.modules.access.tokens.held_keys import HeldKey, HeldKeys, new_key, new_keys
from nexy.modules.access.tokens.key_file import StoredKeys
from nexy.modules.access.tokens.strict_token import TYPE

_PROVIDERS = {"provider": "email", "providers": ["email"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token and its end."""

    text: str
    expires_at: datetime
    expires_in_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The secret of refresh tokens; sessions that were opened before `since` are not renewed."""

    secret: bytes = field(repr=False)
    since: datetime


class TokenMaker:
    """Access tokens for sessions, the one of the role anon, and the public keys."""

    def __init__(self, config: TokensConfig, keys: HeldKeys, clock: Clock) -> None:
        self._config = config
        self._keys = keys
        self._clock = clock

    def register(self, handlers: RequestHandlers) -> None:
        """Answer these requests from now on."""
        handlers.on(AnonymousToken, self._anonymous)
        handlers.on(PublicKeys, self._public)
        handlers.on(RotateKeys, self._rotate)

    async def renewal(self) -> Renewal:
        """What refresh tokens are derived with now."""
        stored = (await self._keys.newest()).stored
        return Renewal(secret=stored.renewal_secret.encode(), since=datetime.fromtimestamp(stored.sessions_since, UTC))

    async def for_session(self, user_id: str, email: str, session_id: str, signed_in_at: datetime) -> AccessToken:
        """A token of the role authenticated."""
        held, now = await self._keys.newest(), int(self._clock.now().timestamp())
        seconds = int(self._config.access_seconds)
        means = [{"method": "password", "timestamp": int(signed_in_at.timestamp())}]
        claims = self._claims(Role.AUTHENTICATED, now, seconds) | {
            "sub": user_id, "email": email, "phone": "", "session_id": session_id, "is_anonymous": False,
            "aal": "aal1", "amr": means, "app_metadata": _PROVIDERS,
        }  # fmt: skip
        ends = datetime.fromtimestamp(now + seconds, UTC)
        return AccessToken(
            text=_signed(held.signs.pair, held.signs.stored.kid, claims), expires_at=ends, expires_in_seconds=seconds
        )

    def _claims(self, role: Role, now: int, seconds: int) -> dict[str, object]:
        about = {"iss": self._config.issuer, "aud": self._config.audience, "role": role.value}
        return {**about, "iat": now, "exp": now + seconds}

    async def _anonymous(self, request: AnonymousToken) -> str:
        """The same one every time, until the key changes or half of its life is over."""
        now, seconds = int(self._clock.now().timestamp()), int(self._config.anon_seconds)
        held = await self._keys.newest()
        if not _lasts(held.stored, now + seconds // 2):
            claims = self._claims(Role.ANON, now, seconds)
            held = await self._keys.change(lambda stored: _with_anon(stored, claims, now + seconds // 2))
        return held.stored.anon_token

    async def _rotate(self, request: RotateKeys) -> str:
        exactly = self._clock.now().timestamp()
        now = int(exactly)
        last = now + int(self._config.access_seconds)
        if request.at_once:
            held = await self._keys.change(lambda _: new_keys(now, exactly))
        else:
            held = await self._keys.change(lambda stored: _rotated(stored, now, last))
        return held.signs.stored.kid

    async def _public(self, request: PublicKeys) -> bytes:
        held = await self._keys.newest()
        return msgspec.json.encode({"keys": [_public(held.by_kid[key.kid]) for key in reversed(held.stored.keys)]})


def _signed(key: KeyPair, kid: str, claims: Mapping[str, object]) -> str:
    headers = {"kid": kid, "typ": TYPE}
    return signature_library().encode(msgspec.json.encode(claims), key.private, algorithm=ALGORITHM, headers=headers)


def _lasts(stored: StoredKeys, until: int) -> bool:
    return bool(stored.anon_token) and stored.keys[-1].anon_until >= until


def _with_anon(stored: StoredKeys, claims: Mapping[str, object], until: int) -> StoredKeys:
    """With a token of the role anon, unless another process was quicker."""
    if _lasts(stored, until):
        return stored
    signs = stored.keys[-1]
    token = _signed(pair_of(signs.pem), signs.kid, claims)
    ends = claims["exp"]
    assert isinstance(ends, int)
    return replace(stored, keys=(*stored.keys[:-1], replace(signs, anon_until=ends)), anon_token=token)


def _rotated(stored: StoredKeys, now: int, last: int) -> StoredKeys:
    retired = replace(stored.keys[-1], access_until=last)
    return replace(stored, keys=(*stored.keys[:-1], retired, new_key(now)), anon_token="")


def _public(key: HeldKey) -> dict[str, str]:
    x, y = coordinates(key.pair.public)
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": key.stored.kid, "alg": ALGORITHM, "use": "sig"}
