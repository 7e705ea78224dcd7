"""Who was let in and may come in no more, known by heart: disabled accounts and ended sessions."""

from collections.abc import Sequence
from datetime import datetime

from nexy.contracts.access import Caller
from nexy.contracts.clock import Clock
from nexy.contracts.database import Row
from nexy.modules.access.accounts.rows import moment
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.accounts")


class DisabledAccounts:
    """A `Shelf` of users."""

    changes = _SQL["disabled_changes"]

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}
        self._refused: set[str] = set()
        self._reopened: set[str] = set()

    def take(self, rows: Sequence[Row]) -> None:
        """See `Shelf.take`."""
        for row in rows:
            user_id, changed_at = str(row["user_id"]), moment(row["changed_at"])
            known = self._since.get(user_id)
            if known is not None and changed_at < known:
                continue
            if row["disabled"]:
                self._since[user_id] = changed_at
                self._reopened.discard(user_id)
            else:
                self._since.pop(user_id, None)
                if user_id in self._refused:
                    self._reopened.add(user_id)

    def note(self, user_id: str, changed_at: datetime, *, disabled: bool) -> None:
        """What this process has just changed."""
        self.take(({"user_id": user_id, "changed_at": changed_at, "disabled": disabled},))

    def refuse(self, user_id: str) -> None:
        """Take this account for disabled from now on, whatever the database says of it."""
        self._refused.add(user_id)

    def reopened(self, user_id: str) -> bool:
        """Whether somebody has let in an account that is refused here."""
        return user_id in self._reopened

    def has(self, user_id: str) -> bool:
        """Whether the account is disabled."""
        return user_id in self._since or user_id in self._refused


class EndedSessions:
    """A `Shelf` of sessions; one is forgotten when no token of it can be good any more."""

    changes = _SQL["ended_changes"]

    def __init__(self, clock: Clock, token_seconds: float) -> None:
        self._clock = clock
        self._token_seconds = token_seconds
        self._learnt: dict[str, float] = {}

    def take(self, rows: Sequence[Row]) -> None:
        """See `Shelf.take`; a session ends once and for all."""
        now = self._clock.monotonic()
        for row in rows:
            self._learnt.setdefault(str(row["id"]), now)
        while self._learnt:
            first = next(iter(self._learnt))
            if now - self._learnt[first] < self._token_seconds:
                break
            del self._learnt[first]

    def has(self, session_id: str) -> bool:
        """Whether the session has ended."""
        return session_id in self._learnt


class DepartedCallers:
    """Both, for a caller of any kind."""

    def __init__(self, disabled: DisabledAccounts, ended: EndedSessions) -> None:
        self._disabled = disabled
        self._ended = ended

    def has(self, caller: Caller) -> bool:
        """Whether the account is disabled or the session has ended."""
        return self._disabled.has(caller.user_id) or self._ended.has(caller.session_id)
