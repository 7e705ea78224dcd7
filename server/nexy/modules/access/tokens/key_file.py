"""The keys on disk: one file for their owner alone, changed by one process at a time and in one step."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from nexy.contracts.errors import Unavailable
from nexy.contracts.home import using_home

_OWNER_ONLY = 0o600
_OWNERS_FOLDER = 0o700

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A private key in PEM; moments are seconds since 1970.

    `access_until`: it signs no more, and its last access token is over then; None for the one that signs.
    `anon_until`: when the last token of the role anon that it signed is over; 0 where there is none.
    """

    kid: str
    pem: str = field(repr=False)
    created_at: int
    access_until: int | None = None
    anon_until: int = 0

    @property
    def over_at(self) -> float:
        """From when on nothing that it signed is good."""
        return float("inf") if self.access_until is None else max(self.access_until, self.anon_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKeys:
    """All that verify, the one that signs last; `renewal_secret` is what refresh tokens are derived with.

    Sessions that were opened before `sessions_since` (seconds since 1970) have ended.
    """

    keys: tuple[StoredKey, ...]
    renewal_secret: str = field(repr=False)
    anon_token: str = field(default="", repr=False)
    sessions_since: float = 0.0
    version: int = 1


class KeyFile:
    """`access/keys.json` under the home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / "access"
        self.path = self._folder / "keys.json"

    def stamp(self) -> Stamp | None:
        """Another one for every change; None as long as there is no file."""
        try:
            told = self.path.stat()
        except OSError:
            return None
        return told.st_ino, told.st_mtime_ns, told.st_size

    def change(self, edit: Callable[[StoredKeys | None], StoredKeys]) -> tuple[StoredKeys, Stamp | None]:
        """Write what `edit` makes of the keys that are there, if it differs; no other process comes between.

        Returns what the file holds now, with its stamp.

        Raises `ConfigurationInvalid` where the home cannot be used, `Unavailable` for a file that holds no keys: it is
        never written over, because every token would end with it.
        """
        with using_home(self._home), self._alone():
            before = self._read()
            after = edit(before)
            if after != before:
                self._write(msgspec.json.format(msgspec.json.encode(after)))
            return after, self.stamp()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(mode=_OWNERS_FOLDER, parents=True, exist_ok=True)
        lock = os.open(self._folder / "keys.lock", os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _read(self) -> StoredKeys | None:
        try:
            text = self.path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            stored = msgspec.json.decode(text, type=StoredKeys)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise _unusable(self.path) from problem
        if not stored.keys or not stored.renewal_secret:
            raise _unusable(self.path)
        return stored

    def _write(self, text: bytes) -> None:
        made = self.path.with_suffix(f".{os.getpid()}.tmp")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as opened:
            os.fchmod(opened.fileno(), _OWNER_ONLY)
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        made.replace(self.path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unusable(path: Path) -> Unavailable:
    return Unavailable(
        f"{path} holds no keys; restore it, or move it away (then everybody signs in again)", code="keys_unusable"
    )
