"""Whose API key it is."""

from nexy.contracts.access import Caller, VerifyKey
from nexy.contracts.clock import Clock
from nexy.contracts.errors import Unauthenticated, Unavailable
from nexy.contracts.request import RequestHandlers
from nexy.modules.access.api_keys.known_keys import FORM, KnownKey, KnownKeys
from nexy.modules.access.known import Departed, Freshness


class KeyVerifier:
    """One answer for every wrong key. A key that nobody knows may be a moment old: only then is there a wait."""

    def __init__(self, known: KnownKeys, departed: Departed, directory: Freshness, clock: Clock) -> None:
        self._known = known
        self._departed = departed
        self._directory = directory
        self._clock = clock

    def register(self, handlers: RequestHandlers) -> None:
        """Answer these requests from now on."""
        handlers.on(VerifyKey, self._verify)

    async def _verify(self, request: VerifyKey) -> Caller:
        key = self._known.get(request.key)
        if key is None and FORM.fullmatch(request.key):
            await self._directory.fresh()
            key = self._known.get(request.key)
        if key is None and self._directory.problem is not None:
            raise Unavailable(self._directory.problem.message, code=self._directory.problem.code)
        if key is None or not self._good(key):
            raise Unauthenticated("the key is not valid: unknown, revoked or over", code="invalid_key")
        if request.scope is None or request.scope in key.caller.scopes:
            self._known.used(key, self._clock.now())
        return key.caller

    def _good(self, key: KnownKey) -> bool:
        over = key.expires_at is not None and key.expires_at <= self._clock.now()
        return not (over or key.revoked or self._departed.has(key.caller))
