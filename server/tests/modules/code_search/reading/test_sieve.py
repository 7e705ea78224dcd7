"""Sorts the paths of a tree."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.code_search_section import CodeReadingConfig
from nexy.modules.code_search.reading.model import Listed, SkipReason
from nexy.modules.code_search.reading.sieve import Sieve
from support.source_tree import plant

CONFIG = CodeReadingConfig()


def sifted(root: Path, *paths: str, config: CodeReadingConfig = CONFIG) -> tuple[list[str], dict[str, int]]:
    sieve = Sieve(root, config)
    for path in paths:
        sieve.add(path)
    return [file.path for file in sieve.files()], dict(sieve.skipped())


def test_a_path_counts_once(tmp_path: Path) -> None:
    """However often it is named, as git does for a conflict; the size is that on the disk."""
    sieve = Sieve(plant(tmp_path, {"a.py": "x = 1\n"}), CONFIG)
    sieve.add("a.py")
    sieve.add("a.py")
    assert list(sieve.files()) == [Listed(path="a.py", size=6)]
    assert sieve.skipped() == {}


@pytest.mark.parametrize("path", ["../outside.py", "/etc/hostname", "a/../../outside.py"])
def test_paths_that_lead_out(tmp_path: Path, path: str) -> None:
    """They are not even counted: no tree of ours has them."""
    plant(tmp_path, {"outside.py": "x", "root/a/b.py": "x"})
    assert sifted(tmp_path / "root", path) == ([], {})


def test_what_is_gone_is_not_counted(tmp_path: Path) -> None:
    """Between being named and being looked at."""
    assert sifted(tmp_path, "gone.py", "never/there.py") == ([], {})


def test_a_folder_counts_once(tmp_path: Path) -> None:
    """A vendored one by its name at any depth, a link and another repository too."""
    plant(tmp_path, {"a/node_modules/x/y.js": "x", "a/node_modules/z.js": "x", "sub/b.py": "x"})
    (tmp_path / "link").symlink_to(tmp_path / "a")
    paths = ("a/node_modules/x/y.js", "a/node_modules/z.js", "link/b.py", "link", "link/c.py", "sub", "sub/b.py")
    assert sifted(tmp_path, *paths) == ([], {"vendored": 1, "symlink": 1, "repository": 1})


def test_a_folder_that_was_left_out_by_hand(tmp_path: Path) -> None:
    """What lies below is not looked at any more."""
    sieve = Sieve(plant(tmp_path, {"env/x.py": "x", "environment/y.py": "y"}), CONFIG)
    sieve.skip_folder("env", SkipReason.VENDORED)
    for path in ("env/x.py", "environment/y.py"):
        sieve.add(path)
    assert [file.path for file in sieve.files()] == ["environment/y.py"]
    assert dict(sieve.skipped()) == {"vendored": 1}


def test_sizes(tmp_path: Path) -> None:
    """Code up to one bound, data up to a lower one, nothing of nothing."""
    config = CodeReadingConfig(max_file_bytes=2000, max_data_bytes=100)
    plant(tmp_path, {"a.py": "x" * 2000, "b.py": "x" * 2001, "c.csv": "x" * 100, "d.csv": "x" * 101, "e.py": ""})
    kept, skipped = sifted(tmp_path, "a.py", "b.py", "c.csv", "d.csv", "e.py", config=config)
    assert (kept, skipped) == (["a.py", "c.csv"], {"too_large": 1, "data": 1, "empty": 1})


@given(name=st.binary(min_size=1, max_size=60).filter(lambda raw: b"\0" not in raw))
def test_any_name_the_system_allows(tmp_path_factory: pytest.TempPathFactory, name: bytes) -> None:
    """It is kept in a form that a database and a terminal take, or left out; nothing breaks."""
    root = tmp_path_factory.mktemp("names")
    kept, _ = sifted(root, os.fsdecode(name))
    assert kept == []
    (root / "x").mkdir()
    file = root / "x" / os.fsdecode(name).replace("/", "-")
    if file.name not in (".", ".."):
        file.write_text("x")
        kept, skipped = sifted(root, f"x/{file.name}")
        assert len(kept) + sum(skipped.values()) == 1
        assert all(path.encode() and path == path.replace("\x1b", "") for path in kept)
