"""Which folders and files the embedded server uses."""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nexy.contracts.errors import StartFailed
from nexy.modules.database.embedded.account import Account

PORT = 5432
"""Only part of the socket's name: the server listens on no network."""

_LONGEST_SOCKET = 103  # bytes; Linux takes 107, macOS 103


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything by its path; `base` is the home, or the folder that stands in for it."""

    home: Path
    base: Path
    sockets: Path

    @property
    def moved(self) -> bool:
        """Whether the data lies elsewhere."""
        return self.base != self.home

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.base / "postgres"

    @property
    def users_lock(self) -> Path:
        """Held shared by everybody who uses the server; whoever gets it alone may stop the server."""
        return self.base / "run" / "postgres.users"

    @property
    def guard_lock(self) -> Path:
        """Held by the guard process for as long as it lives."""
        return self.base / "run" / "postgres.guard"

    @property
    def setup_lock(self) -> Path:
        """Held while data is set up or a guard is started."""
        return self.base / "run" / "postgres.setup"

    @property
    def passwords(self) -> Path:
        """The generated passwords, readable by the home's owner only."""
        return self.home / "postgres.passwords"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.data / "log" / "postgres.log"


def lay_out(home: Path, shared: Path, account: Account) -> Layout:
    """Choose and make the folders; the home itself is opened to `account` (0711), its parents never are."""
    home = home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    if account.reaches(home.resolve().parent):
        base = home
        if not account.reaches(home):
            _open_private(home)
    else:
        base = _stand_in(home, shared, account)
    (base / "run").mkdir(exist_ok=True)
    return Layout(home=home, base=base, sockets=_socket_folder(base, account))


def _stand_in(home: Path, shared: Path, account: Account) -> Path:
    """The folder below `shared` whose name the home keeps: it follows a home that moves, and a new one gets its own."""
    marker = home / "postgres.folder"
    if not marker.exists():
        base = shared / hashlib.sha256(os.fsencode(home.resolve()) + secrets.token_bytes(8)).hexdigest()[:16]
        begun = marker.with_name(f"{marker.name}.{os.getpid()}")
        begun.write_text(str(base), encoding="utf-8")
        try:
            os.link(begun, marker)
        except FileExistsError:
            pass
        finally:
            begun.unlink()
    base = Path(marker.read_text(encoding="utf-8"))
    shared.mkdir(mode=0o711, parents=True, exist_ok=True)
    base.mkdir(mode=0o711, exist_ok=True)
    if not account.reaches(base):
        raise StartFailed(f"database.shared_folder: the database's user cannot enter {base}",
                          field="database.shared_folder")  # fmt: skip
    return base


def _open_private(home: Path) -> None:
    """Let others pass through; what nobody could read until now stays as closed as it was."""
    for entry in home.iterdir():
        if not entry.is_symlink() and entry.name != "postgres":
            entry.chmod(entry.stat().st_mode & 0o7700)
    home.chmod(0o711)


def _socket_folder(base: Path, account: Account) -> Path:
    short = f"nexy-{account.uid}-{hashlib.sha256(os.fsencode(base)).hexdigest()[:16]}"
    candidates = (base / "postgres.sockets", Path(tempfile.gettempdir()) / short, Path("/tmp") / short)  # noqa: S108
    for folder in candidates:
        fits = len(os.fsencode(folder / f".s.PGSQL.{PORT}.lock")) <= _LONGEST_SOCKET
        if fits and (folder.parent == base or account.reaches(folder.parent)):
            return _made_private(folder, account)
    raise StartFailed("there is no folder with a path short enough for the database's socket; set a shorter TMPDIR")


def _made_private(folder: Path, account: Account) -> Path:
    try:
        folder.mkdir(mode=0o700)
        account.give(folder)
    except FileExistsError:
        pass
    if not account.owns(folder):
        raise StartFailed(f"{folder} belongs to somebody else; the database's socket cannot be there")
    return folder
