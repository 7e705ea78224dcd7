"""A model's files: where they lie in a folder, and how the model wants to be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable

NETWORK, TOKENIZER, SHAPE = "model.onnx", "tokenizer.json", "config.json"
POOLING, PROMPTS = "1_Pooling/config.json", "config_sentence_transformers.json"
_NETWORKS = (NETWORK, f"onnx/{NETWORK}")
_SAMPLES, _SAMPLE_BYTES = 16, 4096
T = TypeVar("T")


class _Pooling(msgspec.Struct):
    pooling_mode_cls_token: bool = False


class _Prompting(msgspec.Struct):
    prompts: dict[str, str] = {}


class _Limits(msgspec.Struct):
    max_position_embeddings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """What is needed to run a model; `first_token`: its first token stands for the text, else the mean of all does.

    `query_prompt` and `text_prompt` go before questions and before code; `most_tokens` None: it sets no bound.
    """

    network: Path
    tokenizer: Path
    stamp: str
    first_token: bool = False
    query_prompt: str = ""
    text_prompt: str = ""
    most_tokens: int | None = None


def model_files(folder: Path) -> ModelFiles:
    """Look into a folder with `model.onnx` and `tokenizer.json`; the rest is as sentence-transformers has it.

    Raises `VectorsUnavailable` that names what is missing.
    """
    network = next((folder / name for name in _NETWORKS if (folder / name).is_file()), None)
    tokenizer = folder / TOKENIZER
    if network is None or not tokenizer.is_file():
        raise VectorsUnavailable(f"{folder} has no {TOKENIZER if network else NETWORK}; name a folder that has both")
    prompts = read_json(folder / PROMPTS, _Prompting).prompts
    return ModelFiles(
        network=network,
        tokenizer=tokenizer,
        stamp=stamp((network, tokenizer)),
        first_token=read_json(folder / POOLING, _Pooling).pooling_mode_cls_token,
        query_prompt=prompts.get("query", ""),
        text_prompt=prompts.get("document", prompts.get("passage", "")),
        most_tokens=read_json(folder / SHAPE, _Limits).max_position_embeddings,
    )


def read_json(path: Path, kind: type[T]) -> T:
    """The file as `kind`; its defaults where there is no such file. Raises `VectorsUnavailable` for a broken one."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return msgspec.json.decode(b"{}", type=kind)
    except (msgspec.MsgspecError, OSError) as problem:
        raise VectorsUnavailable(f"{path} cannot be read: {problem}") from problem


def stamp(files: Sequence[Path]) -> str:
    """Eight hex digits that tell one version of large files from another, from their sizes and samples of them."""
    digest = blake2b(digest_size=4)
    try:
        for path in files:
            size = path.stat().st_size
            digest.update(f"{size} ".encode())
            with path.open("rb") as file:
                for sample in range(_SAMPLES):
                    file.seek(max(0, size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
                    digest.update(file.read(_SAMPLE_BYTES))
    except OSError as problem:
        raise VectorsUnavailable(f"{path} cannot be read: {problem.strerror}") from problem
    return digest.hexdigest()
