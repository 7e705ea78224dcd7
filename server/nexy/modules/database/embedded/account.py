"""As whom the embedded server runs: PostgreSQL refuses root, and adding users is not ours to do."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from nexy.contracts.errors import StartFailed

_UNPRIVILEGED = ("nexy", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user of the server's processes; `switched` when it is another than ours."""

    uid: int
    gid: int
    switched: bool

    def give(self, path: Path) -> None:
        """Make the path this user's own."""
        if self.switched:
            os.chown(path, self.uid, self.gid)

    def owns(self, path: Path) -> bool:
        """Whether the path is a folder that only this user can enter."""
        found = path.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == self.uid and not stat.S_IMODE(found.st_mode) & 0o077

    def may_enter(self, folder: Path) -> bool:
        """Whether this user can pass through the folder."""
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)

    def reaches(self, folder: Path) -> bool:
        """Whether this user can pass through the folder and everything above it."""
        whole = folder.resolve()
        return not self.switched or all(self.may_enter(part) for part in (whole, *whole.parents))


def choose_account() -> Account:
    """Ourselves, or for root an unprivileged user that is already there; raises `StartFailed` where there is none."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), switched=False)
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid, switched=True)
    raise StartFailed("the embedded PostgreSQL needs an unprivileged user, and there is neither nexy nor nobody")
