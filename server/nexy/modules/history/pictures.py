"""The folder of screenshots: each a file of its own whose name says when it is to go."""

import asyncio
import binascii
import hashlib
import logging
import os
from base64 import b64decode
from datetime import datetime, timedelta
from pathlib import Path

from nexy.contracts.turn import Screenshot
from nexy.modules.history.entries import Picture

_log = logging.getLogger("nexy.history")
FOLDER = "screenshots"
_SUFFIX = ".webp"
_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


class Pictures:
    """Writes, and removes what has had its time; the disk is never touched on the event loop."""

    def __init__(self, home: Path, keep_for: timedelta) -> None:
        self._home = home
        self._keep_for = keep_for

    async def keep(self, turn_id: str, screenshot: Screenshot | None, now: datetime) -> Picture | None:
        """The stored picture; None where there is none, none may be kept, or it cannot be stored."""
        if screenshot is None or not self._keep_for:
            return None
        try:
            return await asyncio.to_thread(self._write, turn_id, screenshot, now + self._keep_for)
        except (OSError, binascii.Error, ValueError) as problem:
            context = {"decision": "degrade", "ctx": {"error": type(problem).__name__}}
            _log.warning("a screenshot was not kept", extra=context)
            return None

    def _write(self, turn_id: str, screenshot: Screenshot, expires_at: datetime) -> Picture:
        data = b64decode(screenshot.data, validate=True)
        digest = hashlib.sha256(data).hexdigest()
        path = Path(FOLDER) / digest[:2] / f"{int(expires_at.timestamp())}-{turn_id}{_SUFFIX}"
        _write_private(self._home / path, data)
        return Picture(
            sha256=digest,
            path=path.as_posix(),
            size=len(data),
            expires_at=expires_at,
            width=screenshot.width,
            height=screenshot.height,
        )

    async def remove_expired(self, now: datetime) -> int:
        """Remove every file whose time is over, whether a row names it or not; returns how many."""
        return await asyncio.to_thread(self._remove_expired, now.timestamp())

    def _remove_expired(self, now: float) -> int:
        expired = [file for file in self._home.glob(f"{FOLDER}/??/*") if _expiry_of(file) <= now]
        for file in expired:
            file.unlink(missing_ok=True)
        return len(expired)


def _write_private(file: Path, data: bytes) -> None:
    """Whole or not at all; nobody else on the machine may look at it."""
    for folder in (file.parent.parent, file.parent):
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE), "wb") as output:
            output.write(data)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _expiry_of(file: Path) -> float:
    """From the name, in seconds since 1970; a file that is not ours never expires."""
    seconds = file.name.partition("-")[0]
    return float(seconds) if seconds.isdecimal() else float("inf")
