"""API keys in memory: whose they are, and when they were last used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nexy.contracts.access import Caller, Role, Scope
from nexy.contracts.database import Row
from nexy.modules.access.digests import digest_of
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.api_keys")
FORM = re.compile(r"nexy_[A-Za-z0-9_-]{43}")
"""Of a whole key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key as it was last heard of."""

    caller: Caller
    digest: str
    expires_at: datetime | None
    revoked: bool
    changed_at: datetime


class KnownKeys:
    """A `Shelf`; a key is found by its digest, so that the time it takes tells nothing of it."""

    changes = _SQL["key_changes"]

    def __init__(self) -> None:
        self._by_digest: dict[str, KnownKey] = {}
        self._digests: dict[str, str] = {}
        self._used: dict[str, datetime] = {}
        self._written: set[str] = set()

    def take(self, rows: Sequence[Row]) -> None:
        """See `Shelf.take`."""
        for row in rows:
            made = _known(row)
            known = self._by_digest.get(made.digest)
            if known is None or made.changed_at >= known.changed_at:
                self._by_digest[made.digest] = made
                self._digests[made.caller.key_id] = made.digest

    def get(self, secret: str) -> KnownKey | None:
        """The key whose secret this is, revoked and expired ones too."""
        return self._by_digest.get(digest_of(secret))

    def person_of(self, key_id: str) -> str:
        """Whose key has this id; empty where nobody's."""
        digest = self._digests.get(key_id)
        return "" if digest is None else self._by_digest[digest].caller.user_id

    def used(self, known: KnownKey, at: datetime) -> None:
        """Remember the use until somebody writes it down."""
        self._used[known.caller.key_id] = at

    @property
    def first_uses(self) -> bool:
        """Whether a key was used whose use nobody has written down since the start: its person may be looking."""
        return not self._written.issuperset(self._used)

    def uses(self) -> Mapping[str, datetime]:
        """The last use of each key since the last time this was asked."""
        used, self._used = self._used, {}
        self._written.update(used)
        return used

    def give_back(self, uses: Mapping[str, datetime]) -> None:
        """They could not be written: keep them, except where there is a later one."""
        self._used = {**uses, **self._used}
        self._written.difference_update(uses)


def scopes_of(row: Row) -> frozenset[Scope]:
    """Those that this Nexy knows; a later one may have written others."""
    named = row["scopes"]
    assert isinstance(named, Sequence)
    return frozenset(scope for scope in Scope if scope.value in named)


def _known(row: Row) -> KnownKey:
    expires_at, changed_at = row["expires_at"], row["changed_at"]
    assert isinstance(changed_at, datetime)
    caller = Caller(role=Role.AUTHENTICATED, user_id=str(row["user_id"]), key_id=str(row["id"]), scopes=scopes_of(row))
    return KnownKey(
        caller=caller,
        digest=str(row["hash"]),
        expires_at=expires_at if isinstance(expires_at, datetime) else None,
        revoked=bool(row["revoked"]),
        changed_at=changed_at,
    )
