"""The keys as this process holds them, made at the first need and read again when another process has changed them."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from nexy.contracts.clock import Clock
from nexy.contracts.errors import ConfigurationInvalid, Unavailable
from nexy.modules.access.tokens.crypto import KeyPair, new_pem, pair_of, signature_library
from nexy.modules.access.tokens.key_file import KeyFile, Stamp, StoredKey, StoredKeys

if TYPE_CHECKING:
    from jwt.api_jws import PyJWS

_SECRET_BYTES = 32
_log = logging.getLogger("nexy.access")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """One key, with what the file says about it."""

    stored: StoredKey
    pair: KeyPair


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Everything that the file holds, in the forms that work needs."""

    stored: StoredKeys
    by_kid: Mapping[str, HeldKey]
    signs: HeldKey
    library: PyJWS
    stamp: Stamp | None


class HeldKeys:
    """Reading is done beside the loop; while nothing changes, asking costs one look at the file's date at most."""

    def __init__(self, file: KeyFile, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._held: Held | None = None
        self._reading = asyncio.Lock()

    async def newest(self) -> Held:
        """What the file holds now; raises `Unavailable` where keys can be neither read nor made."""
        return self._current() or await self._changed(_as_they_are)

    async def change(self, edit: Callable[[StoredKeys], StoredKeys]) -> Held:
        """Change the file and hold what it holds then."""
        return await self._changed(edit)

    def _current(self) -> Held | None:
        known = self._held
        return known if known is not None and known.stamp == self._file.stamp() else None

    async def _changed(self, edit: Callable[[StoredKeys], StoredKeys]) -> Held:
        async with self._reading:
            # Of many who found the file changed at one time the first has read it.
            if edit is _as_they_are and (known := self._current()):
                return known
            before = self._held
            try:
                held = self._held = await asyncio.to_thread(self._work, edit)
            except ConfigurationInvalid as problem:
                raise Unavailable(problem.message, code="keys_unusable") from problem
            if before is not None:
                _tell_rotation(before.stored, held.stored)
            return held

    def _work(self, edit: Callable[[StoredKeys], StoredKeys]) -> Held:
        now = int(self._clock.now().timestamp())
        stored, stamp = self._file.change(lambda there: edit(_swept(there or new_keys(now), now)))
        try:
            keys = {key.kid: HeldKey(stored=key, pair=pair_of(key.pem)) for key in stored.keys}
        except ValueError as problem:
            raise Unavailable(f"{self._file.path} holds a key that cannot be used", code="keys_unusable") from problem
        signs = keys[stored.keys[-1].kid]
        return Held(stored=stored, by_kid=keys, signs=signs, library=signature_library(), stamp=stamp)


def _tell_rotation(before: StoredKeys, stored: StoredKeys) -> None:
    """Most often another process has rotated them, and this server is the one that has a log."""
    signs = stored.keys[-1].kid
    if signs != before.keys[-1].kid:
        context = {"event": "keys_rotated", "kid": signs, "at_once": stored.sessions_since != before.sessions_since}
        _log.warning("keys_rotated: ok", extra={"decision": "complete", "ctx": context})


def new_key(now: int) -> StoredKey:
    """One that signs from now on."""
    return StoredKey(kid=str(uuid4()), pem=new_pem(), created_at=now)


def new_keys(now: int, sessions_since: float = 0.0) -> StoredKeys:
    """A home's first keys, or those after an end of everything that was given out before."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    return StoredKeys(keys=(new_key(now),), renewal_secret=secret, sessions_since=sessions_since)


def _as_they_are(stored: StoredKeys) -> StoredKeys:
    return stored


def _swept(stored: StoredKeys, now: int) -> StoredKeys:
    """Without the keys whose last token is over."""
    left = tuple(key for key in stored.keys if key.over_at >= now)
    return stored if len(left) == len(stored.keys) else replace(stored, keys=left)
