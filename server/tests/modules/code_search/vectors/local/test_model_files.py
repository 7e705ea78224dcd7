"""What a model's folder says of it."""

import json
from pathlib import Path

import pytest

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.local.model_files import model_files, stamp


def _folder(tmp_path: Path, **files: object) -> Path:
    (tmp_path / "model.onnx").write_bytes(b"network")
    (tmp_path / "tokenizer.json").write_text("{}")
    for name, content in files.items():
        path = tmp_path / {"pooling": "1_Pooling/config.json", "shape": "config.json",
                           "prompts": "config_sentence_transformers.json"}[name]  # fmt: skip
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return tmp_path


def test_two_files_are_enough(tmp_path: Path) -> None:
    """The mean of the tokens, no prompts, no bound."""
    files = model_files(_folder(tmp_path))
    assert (files.first_token, files.query_prompt, files.text_prompt, files.most_tokens) == (False, "", "", None)


def test_the_other_files_say_how_it_wants_to_be_used(tmp_path: Path) -> None:
    """As sentence-transformers lays them out."""
    prompts = {"prompts": {"query": "query: ", "passage": "passage: "}}
    pooling, shape = {"pooling_mode_cls_token": True}, {"max_position_embeddings": 512}
    files = model_files(_folder(tmp_path, pooling=pooling, shape=shape, prompts=prompts))
    assert (files.first_token, files.query_prompt, files.text_prompt, files.most_tokens) == (
        True, "query: ", "passage: ", 512,
    )  # fmt: skip


def test_the_network_may_lie_a_folder_deeper(tmp_path: Path) -> None:
    """Where exports put it."""
    _folder(tmp_path)
    (tmp_path / "onnx").mkdir()
    (tmp_path / "model.onnx").rename(tmp_path / "onnx" / "model.onnx")
    assert model_files(tmp_path).network == tmp_path / "onnx" / "model.onnx"


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_what_is_missing_is_named(missing: str, tmp_path: Path) -> None:
    """Either of the two."""
    (_folder(tmp_path) / missing).unlink()
    with pytest.raises(VectorsUnavailable, match=f"has no {missing}"):
        model_files(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    """Rather than guessed."""
    with pytest.raises(VectorsUnavailable, match=r"1_Pooling/config\.json"):
        model_files(_folder(tmp_path, pooling="{nope"))


def test_a_stamp_tells_versions_apart(tmp_path: Path) -> None:
    """By size and by content."""
    path = tmp_path / "weights"
    path.write_bytes(b"a" * 100_000)
    first = stamp((path,))
    path.write_bytes(b"a" * 99_999 + b"b")
    second = stamp((path,))
    path.write_bytes(b"a" * 100_000)
    assert (stamp((path,)) == first, first != second, len(first)) == (True, True, 8)
    with pytest.raises(VectorsUnavailable):
        stamp((tmp_path / "gone",))
