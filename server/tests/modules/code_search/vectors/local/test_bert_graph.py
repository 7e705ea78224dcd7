"""The graph does what the network does."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.local.bert_graph import (
    BertShape,
    Linear,
    bert_graph,
    float_linear,
    int8_linear,
    unfit,
)
from nexy.modules.code_search.vectors.local.safetensors import open_weights
from support.tiny_bert import SHAPE, plain_rows, tiny_weights, write_safetensors

IDS = [2, 4, 9, 11, 5, 3]


def _run(tmp_path: Path, linear: Linear, prefix: str = "") -> np.ndarray:
    write_safetensors(tmp_path / "w", {prefix + name: rows for name, rows in tiny_weights().items()})
    model = bert_graph(SHAPE, open_weights(tmp_path / "w"), linear)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    ids = np.array([IDS], np.int64)
    rows: np.ndarray = session.run(
        None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    )[0][0]
    return rows


def test_in_floats_it_is_the_network(tmp_path: Path) -> None:
    """Token by token as plain arithmetic gives it; the words' own numbers are kept in half floats."""
    assert np.allclose(_run(tmp_path, float_linear), plain_rows(tiny_weights(), IDS), atol=5e-3)


def test_rounded_to_bytes_it_points_the_same_way(tmp_path: Path) -> None:
    """The mean of the tokens keeps its direction."""
    rounded = _run(tmp_path, int8_linear).mean(axis=0)
    plain = plain_rows(tiny_weights(), IDS).mean(axis=0)
    assert rounded @ plain / np.linalg.norm(rounded) / np.linalg.norm(plain) > 0.995


def test_tensors_of_a_larger_model_are_found(tmp_path: Path) -> None:
    """Some files put a name before all others."""
    assert np.allclose(_run(tmp_path, float_linear, "bert."), _run(tmp_path, float_linear), atol=1e-6)


def test_a_missing_tensor_is_named(tmp_path: Path) -> None:
    """So that one knows which file is wrong."""
    weights = tiny_weights()
    del weights["encoder.layer.1.output.dense.bias"]
    write_safetensors(tmp_path / "w", weights)
    with pytest.raises(VectorsUnavailable, match=r"encoder\.layer\.1\.output\.dense\.bias is missing"):
        bert_graph(SHAPE, open_weights(tmp_path / "w"), int8_linear)


def test_another_form_is_told_in_words() -> None:
    """What this graph would get wrong."""
    strange = BertShape(
        hidden_size=1, num_hidden_layers=1, num_attention_heads=1, intermediate_size=1, vocab_size=1,
        model_type="mpnet", position_embedding_type="relative_key",
    )  # fmt: skip
    assert unfit(strange) == ["model_type mpnet", "position_embedding_type relative_key"]
    assert unfit(SHAPE) == []
