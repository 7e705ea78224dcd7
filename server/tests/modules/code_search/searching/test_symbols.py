"""Where a name is defined."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nexy.contracts.errors import NotFound, ValidationFailed
from support.code_searching import Search, searching
from support.code_shelf import ANN, BOB, ShelvedFile, function, shelved

_FILES = (
    ShelvedFile(path="net/session.py", chunks=(function("Session.close"), function("Session.open", line=2))),
    ShelvedFile(path="net/pool.py", chunks=(function("Pool.close", "drain()"), function("Pool.inner.close", line=3))),
    ShelvedFile(path="data/codec.py", chunks=(function("decode"),)),
    ShelvedFile(path="data/json/reader.py", chunks=(function("decode", "json"),)),
    ShelvedFile(path="tests/test_pool.py", chunks=(function("close", "a test"),), is_test=True),
    ShelvedFile(path="web/user.js", chunks=(function("getUser"), function("get_user", line=2)), language="javascript"),
)


@asynccontextmanager
async def looking(home: Path, *, files: tuple[ShelvedFile, ...] = _FILES, **settings: Any) -> AsyncIterator[Search]:
    """The files above as one public project."""
    async with searching(home, **settings) as search:
        if files:
            search.shelf.add("app", files)
        yield search


async def places(search: Search, symbol: str, **wishes: Any) -> list[tuple[str, str]]:
    """Path and symbol of what is found."""
    return [(hit.file_path, hit.symbol) for hit in (await search.define(symbol, **wishes)).hits]


async def test_a_bare_name_finds_every_definition_real_code_first(tmp_path: Path) -> None:
    """All of that name come, and one in a test file comes last."""
    async with looking(tmp_path) as search:
        found = await places(search, "close")
    assert len(found) == 4
    assert {symbol for _, symbol in found[:3]} == {"Session.close", "Pool.close", "Pool.inner.close"}
    assert found[3] == ("tests/test_pool.py", "close")


@pytest.mark.parametrize("written", ["Session.close", "Session::close", "Session#close", "Session.close()"])
async def test_a_qualified_name_finds_that_one(tmp_path: Path, written: str) -> None:
    """Whichever way it is written, an owner keeps the others out; the hit marks the name and says what it defines."""
    async with looking(tmp_path) as search:
        found = await search.define(written)
    assert [hit.symbol for hit in found.hits] == ["Session.close"]
    hit = found.hits[0]
    assert [hit.content[start:end] for start, end in hit.marks] == ["close"]
    assert (hit.why, hit.score, found.total) == ("defines Session.close", 1.0, 1)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("json.decode", ("data/json/reader.py", "decode")),
        ("codec.decode", ("data/codec.py", "decode")),
        ("json.reader.decode", ("data/json/reader.py", "decode")),
        ("inner.close", ("net/pool.py", "Pool.inner.close")),
    ],
)
async def test_an_owner_may_be_a_file_or_folder(tmp_path: Path, written: str, place: tuple[str, str]) -> None:
    """Modules own functions too, and a part of the owner's name is enough."""
    async with looking(tmp_path) as search:
        assert await places(search, written) == [place]


async def test_a_foreign_owner_finds_nothing(tmp_path: Path) -> None:
    """ "Connection.close" is not answered by somebody else's close."""
    async with looking(tmp_path) as search:
        assert await places(search, "Connection.close") == []
        assert await places(search, "reader.json.decode") == []


async def test_the_exact_spelling_comes_before_others(tmp_path: Path) -> None:
    """Case and underscores do not matter, but what is written so comes first, and others say how they differ."""
    async with looking(tmp_path) as search:
        found = await search.define("get_user")
        assert [hit.symbol for hit in found.hits] == ["get_user", "getUser"]
        assert "otherwise than get_user" in found.hits[1].why
        assert [symbol for _, symbol in await places(search, "GETUSER")] == ["getUser", "get_user"]


@pytest.mark.parametrize("asked", ["data/json/reader.py", "/home/me/app/data/json/reader.py", "data\\json\\reader.py"])
async def test_the_asked_file_comes_first(tmp_path: Path, asked: str) -> None:
    """The file that an editor has open wins among equals, by its whole path too; another file is not excluded."""
    async with looking(tmp_path) as search:
        found = await places(search, "decode", file_path=asked)
    assert [path for path, _ in found] == ["data/json/reader.py", "data/codec.py"]


async def test_a_language_keeps_others_out(tmp_path: Path) -> None:
    """Any usual name of the language will do."""
    async with looking(tmp_path) as search:
        assert len(await places(search, "getUser", language="js")) == 2
        assert await places(search, "getUser", language="python") == []


async def test_a_long_definition_is_told_once(tmp_path: Path) -> None:
    """A function that is stored in pieces is one place, its beginning; two of one name apart are two."""
    pieces = ShelvedFile(
        path="long.py", chunks=(function("run"), function("run", "more", line=2), function("run", "again", line=9))
    )
    async with looking(tmp_path, files=(pieces,)) as search:
        found = await search.define("run")
    assert ([hit.start_line for hit in found.hits], found.total) == ([1, 9], 2)


@pytest.mark.parametrize("written", ["MAX_SIZE", "settings.MAX_SIZE", "app/settings.MAX_SIZE", "maxSize"])
async def test_a_constant_is_found(tmp_path: Path, written: str) -> None:
    """By its name and its file's, and the hit is the piece that assigns it."""
    settings = shelved("app/settings.py", "import os\n\nMAX_SIZE = 3\nMIN_SIZE = 1\n\n\ndef run():\n    pass\n")
    other = shelved("app/other.py", "MIN_SIZE = MAX_SIZE\n")
    async with looking(tmp_path, files=(settings, other)) as search:
        found = await search.define(written)
    (hit,) = found.hits
    assert (hit.file_path, hit.symbol, hit.start_line, hit.end_line) == ("app/settings.py", "", 1, 4)
    assert hit.why.startswith(f"defines {written}")


async def test_a_constant_is_not_its_owners(tmp_path: Path) -> None:
    """Another file's constant is not answered for the one that was named."""
    async with looking(tmp_path, files=(shelved("a/settings.py", "LIMIT = 3\n"),)) as search:
        assert await places(search, "limits.LIMIT") == []


async def test_only_visible_definitions_are_found(tmp_path: Path) -> None:
    """A private project answers its owner alone; naming it is `NotFound` for others."""
    async with looking(tmp_path, files=()) as search:
        private = search.shelf.add("annes", _FILES, owner=ANN)
        assert await places(search, "Session.close", user_id=ANN)
        assert not await places(search, "Session.close", user_id=BOB)
        with pytest.raises(NotFound):
            await search.define("Session.close", user_id=BOB, project_id=private.id)


async def test_limit_and_total(tmp_path: Path) -> None:
    """`limit` places are shown and all are counted; a flood of one name is looked at in part."""
    many = tuple(ShelvedFile(path=f"m{n}.py", chunks=(function("main", str(n)),)) for n in range(30))
    async with looking(tmp_path, files=many, max_same_names=20) as search:
        found = await search.define("main", limit=3)
    assert (len(found.hits), found.total) == (3, 20)


async def test_without_an_index_nothing_is_defined(tmp_path: Path) -> None:
    """An empty answer says how to make an index."""
    async with looking(tmp_path, files=()) as search:
        found = await search.define("main")
    assert (list(found.hits), found.index.revision) == ([], None)
    assert "nexy index" in found.left_out["code"]


async def test_no_name_is_refused(tmp_path: Path) -> None:
    """Blanks are no name."""
    async with looking(tmp_path) as search:
        with pytest.raises(ValidationFailed):
            await search.define(" ")
