"""What lies in a home from before is taken from others as soon as the search over code starts."""

from pathlib import Path
from typing import Any, cast

import pytest

from nexy.config.code_search_section import CodeSearchSection
from nexy.contracts.module import Peers
from nexy.modules.code_search.module import CodeSearchModule
from support.source_tree import plant


class NoPeers:
    """Nobody is asked for anything at the start."""

    def get(self, _: object) -> Any:
        return None


@pytest.mark.parametrize("name", ["repositories", "code_index", "models"])
async def test_an_older_home_is_closed(tmp_path: Path, name: str) -> None:
    """Clones with their keys, indexes of private projects, models: folders 0700, files 0600; the rest is not ours."""
    plant(tmp_path, {f"{name}/a/.env": "TOKEN=x", "else/b": "x"})
    for folder in (tmp_path / name, tmp_path / name / "a", tmp_path / "else"):
        folder.chmod(0o755)
    module = CodeSearchModule()
    await module.initialize(CodeSearchSection(home=str(tmp_path)), cast(Peers, NoPeers()))
    await module.cleanup()
    modes = [
        path.stat().st_mode & 0o777 for path in (tmp_path / name, tmp_path / name / "a", tmp_path / name / "a/.env")
    ]
    assert modes == [0o700, 0o700, 0o600]
    assert (tmp_path / "else").stat().st_mode & 0o777 == 0o755
