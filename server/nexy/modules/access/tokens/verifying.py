"""Whose token it is: the same work and the same answer for every forgery, whatever is wrong with it."""

import base64

from nexy.config.access_section import TokensConfig
from nexy.contracts.access import EVERYTHING, NOBODY, Caller, Role, VerifyToken
from nexy.contracts.clock import Clock
from nexy.contracts.errors import Unauthenticated, Unavailable
from nexy.modules.access.known import Departed, Freshness
from nexy.modules.access.tokens.crypto import ALGORITHM
from nexy.modules.access.tokens.held_keys import Held, HeldKey, HeldKeys
from nexy.modules.access.tokens.known_tokens import KnownTokens, Proven
from nexy.modules.access.tokens.strict_token import Said, ShownToken, said_by, taken_apart

MESSAGE = "the token is not accepted"
INVALID, EXPIRED, ENDED = "invalid_token", "token_expired", "session_not_found"
_SIGNATURE_BYTES = 64


class TokenVerifier:
    """Tokens that were good are remembered; ended sessions and disabled accounts count all the same.

    Without a `directory` there are no accounts that could be disabled.
    """

    def __init__(
        self, config: TokensConfig, keys: HeldKeys, clock: Clock, departed: Departed, directory: Freshness | None
    ) -> None:
        self._config = config
        self._keys = keys
        self._clock = clock
        self._departed = departed
        self._directory = directory
        self._known = KnownTokens(config.max_known)
        self._proven_with: Held | None = None

    async def verify(self, request: VerifyToken) -> Caller:
        """See `contracts.access.VerifyToken`; raises `Unavailable` where there are no keys to verify with."""
        token, now = request.token, self._clock.now().timestamp()
        short = len(token) <= self._config.max_bytes
        # Another process may have changed the keys a moment ago, and ended tokens that are known here.
        held = await self._keys.newest()
        if held is not self._proven_with:
            self._proven_with = held
            self._known.clear()
        proven = self._known.get(token) if short else None
        if proven is None:
            proven = self._prove(held, token if short else "", now)
            if now < proven.expires_at:
                self._known.keep(token, proven)
        if now >= proven.expires_at + self._config.leeway_seconds:
            raise Unauthenticated(MESSAGE, code=EXPIRED)
        self._refuse_departed(proven.caller)
        return proven.caller

    def _refuse_departed(self, caller: Caller) -> None:
        """Before the first look nobody knows whose session has ended: then nobody's token is believed."""
        if self._departed.has(caller):
            raise Unauthenticated(MESSAGE, code=ENDED)
        problem = self._directory.problem if self._directory and caller.user_id else None
        if problem is not None:
            raise Unavailable(problem.message, code=problem.code)

    def _prove(self, held: Held, token: str, now: float) -> Proven:
        shown = taken_apart(token)
        key = held.by_kid.get(shown.kid) if shown else None
        if not _signed(held, key, token) or shown is None or key is None:
            raise Unauthenticated(MESSAGE, code=INVALID)
        said = self._said(shown, key, now)
        if said is None:
            raise Unauthenticated(MESSAGE, code=INVALID)
        return Proven(caller=_caller(said), expires_at=said.expires_at)

    def _said(self, shown: ShownToken, key: HeldKey, now: float) -> Said | None:
        """What the token says, if it is ours to believe; a moment that is over is left to the caller."""
        config = self._config
        said = said_by(shown.claims, config.issuer, config.audience)
        if said is None:
            return None
        anon = said.role is Role.ANON
        longest = config.anon_seconds if anon else config.access_seconds
        soon = now + config.leeway_seconds
        if not 0 < said.expires_at - said.issued_at <= longest or said.issued_at > soon or said.not_before > soon:
            return None
        if key.stored.access_until is None:
            return said
        # A key that signs no more is not believed beyond its own last token.
        last = key.stored.anon_until if anon else key.stored.access_until + config.leeway_seconds
        return said if said.expires_at <= last else None


def _caller(said: Said) -> Caller:
    if said.role is Role.ANON:
        return NOBODY
    return Caller(role=said.role, user_id=said.user_id, session_id=said.session_id, scopes=EVERYTHING)


def _signed(held: Held, key: HeldKey | None, token: str) -> bool:
    """Whether the key's owner signed it; without a key the same work is done on a token of nobody's."""
    from jwt.exceptions import InvalidTokenError

    pair = (key or held.signs).pair
    try:
        held.library.decode(token if key else _decoy(held), pair.public, algorithms=[ALGORITHM])
    except InvalidTokenError:
        return False
    return key is not None


def _decoy(held: Held) -> str:
    """A token of the right form with a signature that no key made."""
    header = base64.urlsafe_b64encode(
        b'{"alg":"ES256","kid":"%s","typ":"JWT"}' % held.signs.stored.kid.encode()
    ).rstrip(b"=")
    signature = base64.urlsafe_b64encode(b"\x01" * _SIGNATURE_BYTES).rstrip(b"=")
    return b".".join((header, b"e30", signature)).decode()
