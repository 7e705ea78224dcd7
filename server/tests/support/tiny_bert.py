"""A BERT of a few hundred numbers, its files as packages carry them, and its arithmetic done plainly."""

import json
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from nexy.modules.code_search.vectors.local.bert_graph import BertShape

Numbers = npt.NDArray[np.float32]
SHAPE = BertShape(
    hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, vocab_size=40,
    max_position_embeddings=24,
)  # fmt: skip
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WORDS = (*_SPECIAL, "open", "close", "read", "write", "file", "socket", "the", "a", "of", "user", "login", "parse")
_FLOAT32 = 4


def tiny_weights(seed: int = 0) -> dict[str, Numbers]:
    """Every tensor of the model, at random, by the names that such files give them."""
    random = np.random.default_rng(seed)
    hidden, inner = SHAPE.hidden_size, SHAPE.intermediate_size
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (SHAPE.vocab_size, hidden),
        "embeddings.position_embeddings.weight": (SHAPE.max_position_embeddings, hidden),
        "embeddings.token_type_embeddings.weight": (SHAPE.type_vocab_size, hidden),
        "embeddings.LayerNorm.weight": (hidden,), "embeddings.LayerNorm.bias": (hidden,),
    }  # fmt: skip
    for layer in range(SHAPE.num_hidden_layers):
        name = f"encoder.layer.{layer}."
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{name}{part}.weight": (hidden, hidden), f"{name}{part}.bias": (hidden,)}
        shapes |= {f"{name}intermediate.dense.weight": (inner, hidden), f"{name}intermediate.dense.bias": (inner,)}
        shapes |= {f"{name}output.dense.weight": (hidden, inner), f"{name}output.dense.bias": (hidden,)}
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{name}{part}.weight": (hidden,), f"{name}{part}.bias": (hidden,)}
    return {name: random.normal(0, 0.4, shape).astype(np.float32) for name, shape in shapes.items()}


def write_safetensors(path: Path, tensors: dict[str, Numbers]) -> None:
    """The file of these tensors."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, numbers in tensors.items():
        start, end = end, end + numbers.nbytes
        kind = "F32" if numbers.itemsize == _FLOAT32 else "F16"
        header[name] = {"dtype": kind, "shape": list(numbers.shape), "data_offsets": [start, end]}
    written = json.dumps(header).encode()
    body = b"".join(numbers.tobytes() for numbers in tensors.values())
    path.write_bytes(len(written).to_bytes(8, "little") + written + body)


def write_model(folder: Path, *, weights: dict[str, Numbers] | None = None, **shape: object) -> Path:
    """A folder with weights, tokenizer and form, as a package carries them."""
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "model.safetensors", tiny_weights() if weights is None else weights)
    write_tokenizer(folder)
    form = {name: getattr(SHAPE, name) for name in SHAPE.__struct_fields__} | shape
    (folder / "config.json").write_text(json.dumps(form))
    return folder


def write_tokenizer(folder: Path) -> None:
    """Whole words, the unknown ones as one token."""
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    # As many files do: fixed lengths, which must not come through.
    tokenizer.enable_padding(length=16)
    tokenizer.enable_truncation(8)
    tokenizer.save(str(folder / "tokenizer.json"))


def plain_rows(weights: dict[str, Numbers], ids: list[int], shape: BertShape = SHAPE) -> Numbers:
    """What the network gives for one text, token by token, in float64."""
    rows = weights["embeddings.word_embeddings.weight"][ids].astype(np.float64)
    rows = rows + weights["embeddings.position_embeddings.weight"][: len(ids)]
    rows = _normed(rows + weights["embeddings.token_type_embeddings.weight"][0], weights, "embeddings.LayerNorm", shape)
    for layer in range(shape.num_hidden_layers):
        name = f"encoder.layer.{layer}."
        seen = _dense(_attended(rows, weights, name, shape), weights, f"{name}attention.output.dense")
        rows = _normed(rows + seen, weights, f"{name}attention.output.LayerNorm", shape)
        wide = _dense(rows, weights, f"{name}intermediate.dense")
        erf = np.vectorize(math.erf)(wide / math.sqrt(2))
        narrow = _dense(wide * (1 + erf) / 2, weights, f"{name}output.dense")
        rows = _normed(rows + narrow, weights, f"{name}output.LayerNorm", shape)
    return rows.astype(np.float32)


def _dense(rows: npt.NDArray[np.float64], weights: dict[str, Numbers], name: str) -> npt.NDArray[np.float64]:
    product: npt.NDArray[np.float64] = rows @ weights[f"{name}.weight"].T.astype(np.float64) + weights[f"{name}.bias"]
    return product


def _attended(
    rows: npt.NDArray[np.float64], weights: dict[str, Numbers], name: str, shape: BertShape
) -> npt.NDArray[np.float64]:
    size = shape.hidden_size // shape.num_attention_heads
    query, key, value = (_dense(rows, weights, f"{name}attention.self.{part}") for part in ("query", "key", "value"))
    heads = []
    for head in range(shape.num_attention_heads):
        part = slice(head * size, (head + 1) * size)
        scores = query[:, part] @ key[:, part].T / math.sqrt(size)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        heads.append(shares / shares.sum(axis=1, keepdims=True) @ value[:, part])
    return np.concatenate(heads, axis=1)


def _normed(
    rows: npt.NDArray[np.float64], weights: dict[str, Numbers], name: str, shape: BertShape
) -> npt.NDArray[np.float64]:
    centred = rows - rows.mean(axis=1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + shape.layer_norm_eps)
    normed: npt.NDArray[np.float64] = scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return normed
