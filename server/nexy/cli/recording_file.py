"""An HDF5 file that appears whole or not at all, and never in place of another."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nexy.contracts.errors import ValidationFailed
from nexy.messages.catalogue import Catalogue

_ENDINGS = (".h5", ".hdf5")
_MEGABYTE = 1_000_000
# The values lie on the disk twice for a moment: as they came, and as HDF5.
_COPIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One dimension: its name, and its first value and the step, or all its values.

    Of time in nanoseconds since the epoch.
    """

    name: str
    first: float = 0.0
    step: float = 1.0
    values: Sequence[float] = ()


class RecordingFile:
    """`target` is made at the end; until then values lie beside it, outside of the process's own memory."""

    def __init__(self, target: Path, words: Catalogue) -> None:
        self.target = target
        self._words = words
        self._values = target.with_name(f".{target.name}.{os.getpid()}.values")
        self._unfinished = target.with_name(f".{target.name}.{os.getpid()}.h5")

    def refuse_where_it_cannot_be(self) -> None:
        """Raises `ValidationFailed` for a file that exists, a folder that does not, or an ending of another format."""
        if self.target.suffix.lower() not in _ENDINGS:
            raise self._refusal("stream.not_hdf5", better=self.target.with_suffix(".h5").name)
        if self.target.exists() or self.target.is_symlink():
            raise self._refusal("stream.exists")
        if not self.target.parent.is_dir():
            raise self._refusal("stream.no_folder", folder=self.target.parent)

    def _refusal(self, key: str, **more: object) -> ValidationFailed:
        return ValidationFailed(self._words.text(key, file=self.target, **more), field="to")

    @contextmanager
    def values(self, shape: tuple[int, ...]) -> Iterator[NDArray[np.float32]]:
        """Room for float32 values of this shape; the first dimension is time. Raises `ValidationFailed`, `OSError`."""
        size = 4 * int(np.prod([float(length) for length in shape]))
        free = shutil.disk_usage(self.target.parent).free
        if size * _COPIES > free:
            raise self._refusal("stream.no_room", needed=size * _COPIES // _MEGABYTE, free=free // _MEGABYTE)
        try:
            yield np.memmap(self._values, np.float32, "w+", shape=shape)
        finally:
            self._values.unlink(missing_ok=True)

    def write(self, values: NDArray[np.float32], axes: tuple[Axis, ...], unit: str, tag: str) -> None:
        """Write one DASCore patch; raises `ValidationFailed` when somebody has made the file meanwhile."""
        import dascore

        coords = {axis.name: _coordinate(axis, length) for axis, length in zip(axes, values.shape, strict=True)}
        dims = tuple(axis.name for axis in axes)
        patch = dascore.Patch(
            data=values, coords=coords, dims=dims, attrs={"data_category": "DAS", "tag": tag, **_unit(unit)}
        )
        try:
            dascore.write(patch, self._unfinished, "DASDAE")
            self._put_in_place()
        except FileExistsError:
            raise self._refusal("stream.exists") from None
        finally:
            self._unfinished.unlink(missing_ok=True)

    def _put_in_place(self) -> None:
        try:
            # A link, unlike a rename, takes nobody's place.
            os.link(self._unfinished, self.target)
        except FileExistsError:
            raise
        except OSError:
            # FAT and some network folders know no links: the place is taken first, then filled.
            self.target.touch(exist_ok=False)
            self._unfinished.replace(self.target)


def _coordinate(axis: Axis, length: int) -> Any:  # noqa: ANN401  DASCore is untyped here
    from dascore.core import get_coord

    if axis.name == "time":
        first, step = np.datetime64(round(axis.first), "ns"), np.timedelta64(round(axis.step), "ns")
        return get_coord(start=first, step=step, shape=(length,))
    if axis.values:
        return get_coord(data=np.array(axis.values))
    return get_coord(start=axis.first, step=axis.step, shape=(length,))


def _unit(unit: str) -> dict[str, Any]:
    """The unit where DASCore knows it; a name that it does not know is kept as a remark, not lost."""
    from dascore import get_quantity
    from pint.errors import PintError

    try:
        get_quantity(unit)
    except (PintError, ValueError, TypeError, AssertionError):
        return {"history": [f"unit: {unit}"]}
    return {"data_units": unit} if unit else {}
