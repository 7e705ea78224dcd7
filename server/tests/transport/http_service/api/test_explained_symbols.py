"""POST /api/v1/explain with the name of something that is indexed: the real search, the offline brain."""

from pathlib import Path

import pytest

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.capabilities import CODE_SEARCH
from nexy.contracts.routing_table import OFFLINE
from nexy.modules.ai_router.choice import Sources, offline_provider
from support.asgi import Answer, post
from support.clock import FakeClock
from support.code_desk import desk
from support.code_shelf import CodeShelf, shelved
from support.http_door import http_door

_STORE = '''"""A store."""


class Store:
    """Keeps things."""

    def load(self, path):
        """Read one."""
        with open(path) as file:
            return file.read()

    def save(self, path, text):
        """Write one."""
        with open(path, "w") as file:
            file.write(text)


def stranger():
    return 1
'''


async def _explained(home: Path, symbol: str) -> Answer:
    shelf = CodeShelf(home)
    shelf.add("app", [shelved("app/store.py", _STORE)])
    async with desk(shelf, home) as here:
        # The first question loads the search, and an answer does not wait for that.
        await here.find("store")
        offline = Sources(providers={OFFLINE: offline_provider(WordsConfig(), FakeClock())})
        async with http_door(choose=offline, parts={CODE_SEARCH: here.module}) as door:
            return await post(door.app, "/api/v1/explain", {"symbol": symbol})


async def test_a_class_is_explained_with_its_methods(tmp_path: Path) -> None:
    """Its functions are counted and told, and its place is the whole class."""
    answer = await _explained(tmp_path, "Store")
    assert answer.status == 200
    told = answer.json["explanation"]
    assert "2 functions" in told
    assert "1 class" in told
    assert "`load" in told
    assert "`save" in told
    assert "stranger" not in told
    (source,) = answer.json["sources"]
    assert (source["file_path"], source["start_line"], source["end_line"]) == ("app/store.py", 4, 15)


@pytest.mark.parametrize("symbol", ["Store.load", "stranger"])
async def test_a_function_is_explained_alone(tmp_path: Path, symbol: str) -> None:
    """Neither its class nor its neighbours."""
    answer = await _explained(tmp_path, symbol)
    told = answer.json["explanation"]
    assert "1 function" in told
    assert "There is no" not in told
    assert "save" not in told
