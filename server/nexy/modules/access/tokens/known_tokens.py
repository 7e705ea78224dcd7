"""Tokens that were verified a moment ago: proving one again would cost a hundred times as much as finding it."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from nexy.contracts.access import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """Whose token it is, and until when (seconds since 1970)."""

    caller: Caller
    expires_at: int


class KnownTokens:
    """By SHA-256, so that no token lies in memory; what was used longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._proven: OrderedDict[bytes, Proven] = OrderedDict()

    def get(self, token: str) -> Proven | None:
        """What was proven of it."""
        digest = _digest(token)
        found = self._proven.get(digest)
        if found is not None:
            self._proven.move_to_end(digest)
        return found

    def keep(self, token: str, proven: Proven) -> None:
        """Remember it within the bounds."""
        self._proven[_digest(token)] = proven
        if len(self._proven) > self._most:
            self._proven.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: the keys are others now."""
        self._proven.clear()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
