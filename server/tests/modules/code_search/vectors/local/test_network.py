"""One loaded model: which of its outputs stands for a text, and what it may be asked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.local.model_files import ModelFiles, model_files
from nexy.modules.code_search.vectors.local.network import Network
from support.tiny_bert import WORDS, write_tokenizer

TABLE = np.arange(3 * len(WORDS), dtype=np.float32).reshape(len(WORDS), 3) + 1


def _files(folder: Path, *, sentence: bool = False, asked: str = "input_ids") -> ModelFiles:
    """A model that looks every token up in a table; with `sentence` it also gives a row for the text itself."""
    gather = helper.make_node("Gather", ["table", asked], ["last_hidden_state"])
    nodes, outputs = [gather], [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [1, "n", 3])]
    if sentence:
        nodes.append(helper.make_node("ReduceMax", ["last_hidden_state", "axis"], ["sentence_embedding"], keepdims=0))
        outputs.append(helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, [1, 3]))
    constants = [numpy_helper.from_array(TABLE, "table"), numpy_helper.from_array(np.array([1], np.int64), "axis")]
    given = [helper.make_tensor_value_info(asked, TensorProto.INT64, [1, "n"])]
    graph = helper.make_graph(nodes, "lookup", given, outputs, constants)
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), folder / "model.onnx"
    )
    write_tokenizer(folder)
    return model_files(folder)


def _ids(*words: str) -> list[int]:
    return [WORDS.index(word) for word in ("[CLS]", *words, "[SEP]")]


def _unit(row: np.ndarray) -> np.ndarray:
    unit: np.ndarray = row / np.linalg.norm(row)
    return unit


def _row(files: ModelFiles, text: str, max_tokens: int = 8) -> np.ndarray:
    rows: np.ndarray = Network(files, threads=1, max_tokens=max_tokens).row(text, query=False)
    assert rows.shape == (1, 3)
    return rows[0]


def test_the_mean_of_the_tokens_stands_for_the_text(tmp_path: Path) -> None:
    """Every token counts once, and no padding does."""
    assert np.allclose(_row(_files(tmp_path), "open file"), _unit(TABLE[_ids("open", "file")].mean(axis=0)), atol=1e-6)


def test_some_models_put_the_text_into_their_first_token(tmp_path: Path) -> None:
    """As their folder says."""
    files = replace(_files(tmp_path), first_token=True)
    assert np.allclose(_row(files, "open file"), _unit(TABLE[WORDS.index("[CLS]")]), atol=1e-6)


def test_a_row_of_its_own_is_taken_where_there_is_one(tmp_path: Path) -> None:
    """By the name that exports give it, wherever it stands among the outputs."""
    files = _files(tmp_path, sentence=True)
    assert np.allclose(_row(files, "open file"), _unit(TABLE[_ids("open", "file")].max(axis=0)), atol=1e-6)


def test_what_lies_beyond_the_bound_is_not_read(tmp_path: Path) -> None:
    """The smaller of the configured bound and the model's own."""
    files = _files(tmp_path)
    assert np.array_equal(_row(files, "open file read", 4), _row(files, "open file write", 4))
    assert not np.array_equal(_row(files, "open file read", 5), _row(files, "open file write", 5))
    bounded = replace(files, most_tokens=4)
    assert np.array_equal(_row(bounded, "open file read"), _row(bounded, "open file write"))


def test_an_input_that_nobody_knows_is_told(tmp_path: Path) -> None:
    """A model of another kind: of pictures, say."""
    with pytest.raises(VectorsUnavailable, match="does not run: 'pixel_values'"):
        _row(_files(tmp_path, asked="pixel_values"), "open")
