"""Sources opened as a run does it, and a repository to fetch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nexy.config.code_search_section import CodeReadingConfig
from nexy.modules.code_search.reading.listing import list_files
from nexy.modules.code_search.reading.model import Opened, Told
from nexy.modules.code_search.reading.opening import opened, reserved, silent
from nexy.modules.code_search.reading.source import source_of
from support.source_tree import commit, git, plant

CONFIG = CodeReadingConfig(git_timeout_seconds=30)


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with two branches that differ."""
    root = plant(tmp_path / "origin", {"a.py": "a = 1\n", "b.py": "b = 1\n"})
    commit(root)
    git(root, "checkout", "--quiet", "-b", "other")
    (root / "a.py").unlink()
    commit(plant(root, {"c.py": "c = 1\n"}))
    git(root, "checkout", "--quiet", "main")
    return root


@asynccontextmanager
async def open_source(
    source: str, home: Path, branch: str, config: CodeReadingConfig, told: Told = silent
) -> AsyncIterator[Opened]:
    """What a run does with a source."""
    named = source_of(source)
    with reserved(named, home):
        yield await opened(named, home, branch, config, told)


async def opened_files(source: str, home: Path, branch: str = "") -> tuple[list[str], str]:
    """The paths that are listed, and the branch."""
    async with open_source(source, home, branch, CONFIG) as opened:
        listing = list_files(opened.root, CONFIG)
    return [file.path for file in listing.files], listing.branch
