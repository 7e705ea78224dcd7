"""Reading a model's weights in the safetensors format: a JSON header, then the numbers of every tensor in a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable

if TYPE_CHECKING:
    from nexy.modules.code_search.vectors.embedder import Rows

_LENGTH_BYTES = 8
_MOST_HEADER_BYTES = 16 * 1024 * 1024
_FLOATS = {"F32": "<f4", "F16": "<f2"}
_Natural = Annotated[int, msgspec.Meta(ge=0)]


class _Tensor(msgspec.Struct):
    dtype: str
    shape: list[_Natural]
    data_offsets: tuple[_Natural, _Natural]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The tensors of floating-point numbers by name; each is read from the disk when it is asked for."""

    path: Path
    start: int
    tensors: Mapping[str, _Tensor]

    def __contains__(self, name: str) -> bool:
        return name in self.tensors

    def read(self, name: str, shape: tuple[int, ...]) -> "Rows":
        """One tensor as float32; raises `VectorsUnavailable` where it is missing or has another shape."""
        import numpy as np

        about = self.tensors.get(name)
        if about is None or tuple(about.shape) != shape:
            found = "missing" if about is None else f"of shape {tuple(about.shape)}, not {shape}"
            raise VectorsUnavailable(f"{self.path.name}: {name} is {found}")
        numbers: np.ndarray = np.fromfile(
            self.path, _FLOATS[about.dtype], count=int(np.prod(shape)), offset=self.start + about.data_offsets[0]
        )
        if numbers.size != np.prod(shape):
            raise VectorsUnavailable(f"{self.path.name} ends before {name}")
        return numbers.reshape(shape).astype(np.float32)


def open_weights(path: Path) -> Weights:
    """Read the header alone; raises `VectorsUnavailable` for a file that is none of the format."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        header = file.read(length) if length <= _MOST_HEADER_BYTES else b""
    try:
        entries = msgspec.json.decode(header, type=dict[str, msgspec.Raw])
        tensors = {name: _tensor(raw) for name, raw in entries.items() if name != "__metadata__"}
    except msgspec.MsgspecError as problem:
        raise VectorsUnavailable(f"{path.name} is no file of safetensors") from problem
    start = _LENGTH_BYTES + length
    return Weights(path=path, start=start, tensors={n: t for n, t in tensors.items() if t.dtype in _FLOATS})


def _tensor(raw: msgspec.Raw) -> _Tensor:
    return msgspec.json.decode(raw, type=_Tensor)
