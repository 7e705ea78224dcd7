"""Which embedder a configured name means."""

from pathlib import Path

import pytest

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.fastembed_embedder import FastembedEmbedder
from nexy.modules.code_search.vectors.local.onnx_embedder import OnnxEmbedder
from nexy.modules.code_search.vectors.making import make_embedder
from nexy.modules.code_search.vectors.routed import RoutedEmbedder
from nexy.modules.code_search.vectors.scripted import ScriptedEmbedder
from support.peers import FakePeers


def _config(model: str) -> CodeVectorsConfig:
    return CodeVectorsConfig(model=model)


def test_without_a_name_there_is_none(tmp_path: Path) -> None:
    """The default: search works without vectors."""
    assert make_embedder(_config(""), tmp_path) is None


@pytest.mark.parametrize(
    ("model", "kind", "called"),
    [
        ("scripted", ScriptedEmbedder, "scripted/64"),
        ("fastembed:BAAI/bge-small-en-v1.5", FastembedEmbedder, "fastembed:BAAI/bge-small-en-v1.5"),
        ("ollama:nomic-embed-text", RoutedEmbedder, "ollama:nomic-embed-text"),
        ("openai:text-embedding-3-small", RoutedEmbedder, "openai:text-embedding-3-small"),
    ],
)
def test_a_name_says_where_the_model_is(model: str, kind: type, called: str, tmp_path: Path) -> None:
    """Nothing is loaded or asked yet."""
    made = make_embedder(_config(model), tmp_path, FakePeers())
    assert isinstance(made, kind)
    assert made.model == called


def test_a_folder_is_a_folder(tmp_path: Path) -> None:
    """Its name and a stamp of its files name the vectors; another file means another name."""
    (tmp_path / "model.onnx").write_bytes(b"one")
    (tmp_path / "tokenizer.json").write_text("{}")
    first = make_embedder(_config(str(tmp_path)), tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"two")
    second = make_embedder(_config(str(tmp_path)), tmp_path)
    assert isinstance(first, OnnxEmbedder)
    assert isinstance(second, OnnxEmbedder)
    assert first.model.startswith(f"{tmp_path.name}@")
    assert first.model != second.model


@pytest.mark.parametrize("model", ["package:", "fastembed:", "ollama:", "huggingface:x", "ollama:x"])
def test_a_name_that_means_nothing_is_refused(model: str, tmp_path: Path) -> None:
    """With the key to mend, and what may stand there; without a router no provider can be asked."""
    with pytest.raises(ConfigurationInvalid, match="folder, package:NAME") as refused:
        make_embedder(_config(model), tmp_path)
    assert refused.value.field == "code_search.vectors.model"


@pytest.mark.parametrize("model", ["/no/such/folder", "C:\\models", "package:no_such_package_x", "package:../evil"])
def test_what_is_not_there_is_unavailable(model: str, tmp_path: Path) -> None:
    """A folder without a model, a package that is not installed."""
    with pytest.raises(VectorsUnavailable) as refused:
        make_embedder(_config(model), tmp_path)
    assert refused.value.code == "vectors_unavailable"
