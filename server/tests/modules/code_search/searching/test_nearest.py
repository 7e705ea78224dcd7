"""From stored vectors to what the ranking takes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from nexy.modules.code_search.searching.index_folders import Remade
from nexy.modules.code_search.searching.nearest import StoredVectors
from nexy.modules.code_search.searching.open_indexes import OpenProject
from nexy.modules.code_search.searching.visible import VisibleProject
from nexy.modules.code_search.vectors.matrix import Near
from nexy.modules.code_search.vectors.near import AskedIndex, NearFound, NearSearch

_NEAR = Near(documents=np.zeros(1, np.uint32), likeness=np.ones(1, np.float32))


class _Search:
    """Finds something in the project "b" alone."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[AskedIndex], str]] = []

    async def near(self, question: Any, model: str, asked: Sequence[AskedIndex], user_id: str) -> NearFound:
        self.asked.append((model, asked, user_id))
        return NearFound(by_project={"b": _NEAR}, left_out={"A": "none yet"})


class _Folders:
    def of(self, project_id: str, revision: int) -> Path:
        return Path(project_id) / str(revision)

    async def remake(self, project_id: str) -> Remade:
        raise AssertionError


async def test_what_is_near_keeps_the_order_of_the_projects() -> None:
    """One entry per project, None where there are no vectors; each index is named with its revision and folder."""
    search = _Search()
    stored = StoredVectors(cast(NearSearch, search), _Folders())
    projects = [
        OpenProject(project=VisibleProject(id=name, name=name.upper(), revision=revision), index=cast(Any, None))
        for name, revision in (("a", 3), ("b", 4))
    ]
    found = await stored.near(np.ones(2, np.float32), "m", projects, "ann")
    assert (list(found.near), found.left_out) == ([None, _NEAR], {"A": "none yet"})
    ((model, asked, user_id),) = search.asked
    assert (model, user_id) == ("m", "ann")
    assert [(one.project_id, one.name, one.revision, str(one.folder)) for one in asked] == [
        ("a", "A", 3, "a/3"),
        ("b", "B", 4, "b/4"),
    ]
