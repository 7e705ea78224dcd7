"""A model on this machine, from its files to vectors."""

import asyncio
import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.local.onnx_embedder import OnnxEmbedder, folder_embedder, package_embedder
from support.tiny_bert import plain_rows, tiny_weights, write_model

NAME = "nexy_test_tiny_model"
CONFIG = CodeVectorsConfig(max_tokens=16)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_model(tmp_path / "site" / NAME / "model")
    (tmp_path / "site" / NAME / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site" / NAME / "model"


def _plain(text: str, package: Path) -> np.ndarray:
    tokenizer = Tokenizer.from_file(str(package / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    mean = plain_rows(tiny_weights(), tokenizer.encode(text).ids[:16]).mean(axis=0)
    unit: np.ndarray = mean / np.linalg.norm(mean)
    return unit


async def test_a_package_gives_the_vectors_of_its_network(package: Path, tmp_path: Path) -> None:
    """As plain arithmetic with its weights gives them, but for the rounding to bytes."""
    embedder = package_embedder(NAME, tmp_path / "models", CONFIG)
    texts = ["open the file", "close a socket of the user", "login"]
    rows = (await embedder.embed(texts)).vectors
    await embedder.close()
    assert rows.shape == (3, 32)
    assert all(row @ _plain(text, package) > 0.99 for row, text in zip(rows, texts, strict=True))


async def test_a_vector_does_not_depend_on_its_neighbours(package: Path, tmp_path: Path) -> None:
    """Bit by bit: what was indexed in one batch is asked for alone."""
    embedder = package_embedder(NAME, tmp_path / "models", CONFIG)
    together = (await embedder.embed(["open", "close a socket of the user", ""])).vectors
    alone = [(await embedder.embed([text])).vectors[0] for text in ("open", "close a socket of the user", "")]
    assert np.array_equal(together, np.stack(alone))
    assert (await embedder.embed([])).vectors.shape == (0, 0)
    await embedder.close()


async def test_long_and_broken_texts_are_taken(package: Path, tmp_path: Path) -> None:
    """A megabyte, lone surrogates, NUL: cut and replaced, never a failure."""
    embedder = package_embedder(NAME, tmp_path / "models", CONFIG)
    rows = (await embedder.embed(["open " * 200_000, "open " * 14, "\ud800\x00"])).vectors
    assert np.array_equal(rows[0], rows[1])
    assert np.isfinite(rows).all()
    await embedder.close()


async def test_a_question_waits_for_one_text_of_a_batch_at_most(package: Path, tmp_path: Path) -> None:
    """Indexing takes its turns beside it."""
    embedder = package_embedder(NAME, tmp_path / "models", CONFIG)
    await embedder.embed(["open"])
    order: list[str] = []

    async def asked(name: str, texts: list[str]) -> None:
        await embedder.embed(texts)
        order.append(name)

    await asyncio.gather(asked("batch", ["open file"] * 50), asked("question", ["close"]))
    assert order == ["question", "batch"]
    await embedder.close()


async def test_too_many_waiting_are_refused(package: Path, tmp_path: Path) -> None:
    """At once, with a time to come back."""
    embedder = package_embedder(NAME, tmp_path / "models", CodeVectorsConfig(max_tokens=16, max_waiting=0))
    asked = await asyncio.gather(embedder.embed(["open"]), embedder.embed(["open"]), return_exceptions=True)
    refused = [one for one in asked if isinstance(one, Unavailable)]
    assert [(one.code, one.retry_after_seconds) for one in refused] == [("vectors_busy", 1.0)]
    await embedder.close()


@pytest.mark.parametrize(("file", "content"), [("model.onnx", b"no network"), ("tokenizer.json", b"{}")])
async def test_a_model_that_does_not_run_says_so(file: str, content: bytes, tmp_path: Path) -> None:
    """When it is first asked, in one line."""
    write_model(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no network")
    (tmp_path / file).write_bytes(content)
    embedder = folder_embedder(tmp_path, CONFIG)
    with pytest.raises(VectorsUnavailable, match="no model that runs") as refused:
        await embedder.embed(["open"])
    assert "\n" not in refused.value.message
    await embedder.close()


async def test_a_folder_with_a_model_is_used(package: Path, tmp_path: Path) -> None:
    """What was made of a package is such a folder; its prompts go before questions."""
    made = package_embedder(NAME, tmp_path / "models", CONFIG)
    row = (await made.embed(["open the file"])).vectors[0]
    await made.close()
    (folder,) = (tmp_path / "models").iterdir()
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "open "}}')
    embedder = folder_embedder(folder, CONFIG)
    assert np.array_equal((await embedder.embed(["the file"], query=True)).vectors[0], row)
    assert not np.array_equal((await embedder.embed(["the file"])).vectors[0], row)
    await embedder.close()


async def test_without_the_extra_it_says_how_to_install_it(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else of the search needs it."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    embedder = package_embedder(NAME, tmp_path / "models", CONFIG)
    with pytest.raises(VectorsUnavailable, match=r"pip install nexy-server\[vectors\]"):
        await embedder.embed(["open"])
    await embedder.close()


async def test_how_much_of_a_text_is_read_is_part_of_the_name(package: Path, tmp_path: Path) -> None:
    """Vectors of longer and of shorter beginnings do not compare."""
    names = {package_embedder(NAME, tmp_path, CodeVectorsConfig(max_tokens=tokens)).model for tokens in (16, 32)}
    assert len(names) == 2
    assert isinstance(package_embedder(NAME, tmp_path, CONFIG), OnnxEmbedder)
