"""What others have changed, told in the log of the server: commands of an operator are processes of their own."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from nexy.contracts.database import Row
from nexy.modules.access.directory import Shelf

_log = logging.getLogger("nexy.access")
_SHUT = "shut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What rows are about: the column that tells them apart, that which says they are shut, and names of both events.

    `about` are the columns that a line names; another value in `again` opens anew. Of `listed_when_shut` rows only
    those are read at first that are shut: one that is not has not become so.
    """

    key: str
    shut: str
    opened: str
    closed: str
    about: Sequence[str]
    again: Sequence[str] = ()
    listed_when_shut: bool = False


ACCOUNTS = Watched(key="user_id", shut="disabled", opened="account_enabled", closed="account_disabled",
                   about=("user_id",), listed_when_shut=True)  # fmt: skip
KEYS = Watched(key="id", shut="revoked", opened="key_issued", closed="key_revoked", about=("id", "user_id"))
# A device that is paired again has another token.
DEVICES = Watched(key="hardware_hash", shut="revoked", opened="device_paired", closed="device_shut",
                  about=("hardware_hash", "user_id"), again=("token_hash", "user_id"))  # fmt: skip


class Noticing:
    """A `Shelf` around another; what was so when the server started is no news."""

    def __init__(self, shelf: Shelf, watched: Watched) -> None:
        self._shelf = shelf
        self._watched = watched
        self._states: dict[str, str] = {}
        self._looked = False
        self._read_again = False

    @property
    def changes(self) -> str:
        """See `Shelf`."""
        return self._shelf.changes

    def take(self, rows: Sequence[Row]) -> None:
        """See `Shelf.take`; changes are told."""
        self._shelf.take(rows)
        had_rows = bool(self._states)
        for row in rows:
            if self._is_news(row):
                self._tell(row)
        self._looked = True
        self._read_again = self._read_again or had_rows

    def _is_news(self, row: Row) -> bool:
        key, state = str(row[self._watched.key]), self._state_of(row)
        known = self._states.get(key)
        self._states[key] = state
        if known is not None:
            return known != state
        if state == _SHUT:
            # A first look leaves out what has ended, and the second reads the last minute before it.
            return self._read_again or (self._watched.listed_when_shut and self._looked)
        return self._looked and not self._watched.listed_when_shut

    def _state_of(self, row: Row) -> str:
        if row[self._watched.shut]:
            return _SHUT
        return " ".join(str(row[name]) for name in self._watched.again)

    def _tell(self, row: Row) -> None:
        event = self._watched.closed if row[self._watched.shut] else self._watched.opened
        context = {"event": event, **{name: str(row[name]) for name in self._watched.about}}
        _log.info("%s: ok", event, extra={"decision": "complete", "ctx": context})
