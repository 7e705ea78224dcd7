"""DASCore behind one door: imported when the first recording is opened, its many failures turned into one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Final

from nexy.contracts.errors import ValidationFailed

INSTALL: Final = "pip install 'nexy-server[das]'"

# A parser that meets a damaged file fails wherever it happens to stand; these are the ways seen.
DAMAGE: Final = (
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
    EOFError,
)
_HDF5_MAGIC: Final = b"\x89HDF\r\n\x1a\n"
_HEAD_BYTES: Final = 128


class NotReadable(Exception):
    """Why a file cannot be read, in words for its owner; whoever knows the source's name says the rest."""


def dascore() -> ModuleType:
    """The library. Raises `ValidationFailed` with the command that installs it."""
    try:
        import dascore
    except ImportError as missing:
        raise ValidationFailed(
            f"recordings are read with DASCore, which is not installed: {INSTALL}", code="extra_missing", field="source"
        ) from missing
    return dascore  # type: ignore[no-any-return]  # untyped where the extra is absent


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn whatever a parser throws into `NotReadable`."""
    try:
        yield
    except FileNotFoundError as gone:
        raise NotReadable(f"{path.name} does not exist") from gone
    except PermissionError as denied:
        raise NotReadable(f"{path.name} may not be read by this user (permissions)") from denied
    except DAMAGE as damage:
        raise NotReadable(f"{path.name} is truncated or damaged ({told(damage, path)})") from damage


def check_head(path: Path) -> None:
    """Refuse what must not even be tried: an empty file, a pickle (reading it runs its code), a broken HDF5."""
    with readable(path), path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise NotReadable(f"{path.name} is empty")
    if b"dascore.core" in head or head[:1] == b"\x80":
        raise NotReadable(f"{path.name} is a pickle, which would run code; save it as HDF5 instead")
    if head.startswith(_HDF5_MAGIC):
        _check_hdf5(path)


def _check_hdf5(path: Path) -> None:
    """Opening notices a file that ends before its own end mark; DASCore would only call it unknown."""
    import h5py

    with readable(path), h5py.File(path, "r"):
        pass


def told(error: BaseException, path: Path) -> str:
    """One line of what a library said; where a file lies on this machine is nobody's business but its owner's."""
    line = (str(error).strip().splitlines() or [""])[0].replace(f"{path.parent}/", "")
    return line[:160] or type(error).__name__
