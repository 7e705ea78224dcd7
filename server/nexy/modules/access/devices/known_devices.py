"""The paired devices in memory: one of the directory's shelves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nexy.contracts.database import Row
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.access.devices")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDevice:
    """Whose it is, the digest of its token (empty: none opens it), and since when this holds."""

    user_id: str
    token_hash: str
    revoked: bool
    changed_at: datetime


class KnownDevices:
    """By the hash of the hardware id; `on_move` is told when a device has come to another person."""

    def __init__(self, on_move: Callable[[], None]) -> None:
        self._devices: dict[str, KnownDevice] = {}
        self._on_move = on_move
        self.loaded = False

    @property
    def changes(self) -> str:
        """See `directory.Shelf`."""
        return _SQL["changes"]

    def get(self, hardware_hash: str) -> KnownDevice | None:
        """None for a device that was never paired."""
        return self._devices.get(hardware_hash)

    def has_token(self, digest: str) -> bool:
        """Whether it is the token of any device that was not revoked."""
        return bool(digest) and any(one.token_hash == digest and not one.revoked for one in self._devices.values())

    def take(self, rows: Sequence[Row]) -> None:
        """See `directory.Shelf`."""
        moved = [self._take(str(row["hardware_hash"]), _known(row)) for row in rows]
        if self.loaded and any(moved):
            self._on_move()
        self.loaded = True

    def _take(self, device: str, known: KnownDevice) -> bool:
        before = self._devices.get(device)
        if before is not None and before.changed_at > known.changed_at:
            return False
        self._devices[device] = known
        return before is None or before.user_id != known.user_id


def _known(row: Row) -> KnownDevice:
    changed_at = row["changed_at"]
    assert isinstance(changed_at, datetime)
    return KnownDevice(
        user_id=str(row["user_id"]),
        token_hash=str(row["token_hash"]),
        revoked=bool(row["revoked"]),
        changed_at=changed_at,
    )
