"""Contents are read under the claims of who asks."""

import uuid
from pathlib import Path

import pytest

from nexy.contracts.database import SERVICE
from nexy.modules.code_search.searching.contents import Wanted, contents_of
from nexy.modules.code_search.searching.visible import visible_projects
from nexy.modules.database.module import DatabaseModule
from support.code_shelf import ANN, BOB, CodeShelf, ShelvedFile, function

_FILE = ShelvedFile(path="a.py", chunks=(function("one"), function("two", line=5)))


async def test_contents_come_by_their_place(tmp_path: Path) -> None:
    """What is missing leaves a gap, and nothing is asked for nothing."""
    shelf = CodeShelf(tmp_path)
    project = shelf.add("app", [_FILE])
    wanted = [
        Wanted(project_id=project.id, digest=_FILE.digest, ordinal=1),
        Wanted(project_id=project.id, digest=bytes(16), ordinal=0),
        Wanted(project_id=project.id, digest=_FILE.digest, ordinal=0),
    ]
    found = await contents_of(shelf, "", wanted)
    assert {at: content.symbol for at, content in found.items()} == {0: "two", 2: "one"}
    assert found[0].start_line == 5
    assert await contents_of(shelf, "", []) == {}
    assert shelf.fetched["contents"] == 1


@pytest.mark.slow
async def test_row_level_security_decides(database: DatabaseModule) -> None:
    """Each person's sight and contents are her own and what is public, whatever is asked for; stale is told."""
    hers, public = await _stored(database, ANN, "secrets", "indexing"), await _stored(database, None, "open", "ready")
    wanted = [Wanted(project_id=one, digest=bytes(16), ordinal=0) for one in (hers, public)]
    seen = {person: await visible_projects(database, person) for person in (ANN, BOB, "")}
    assert [(one.name, one.owned, one.stale) for one in seen[ANN]] == [("open", False, False), ("secrets", True, True)]
    assert [one.name for one in seen[BOB]] == [one.name for one in seen[""]] == ["open"]
    for person, places in ((ANN, {0, 1}), (BOB, {1}), ("", {1})):
        assert set(await contents_of(database, person, wanted)) == places


async def _stored(database: DatabaseModule, owner: str | None, name: str, state: str) -> str:
    """One project with one piece."""
    async with database.transaction(SERVICE) as transaction:
        person = uuid.UUID(owner) if owner else None
        if person:
            for one in (person, uuid.UUID(BOB)):
                await transaction.execute("INSERT INTO users (id) VALUES ($1)", one)
        (row,) = await transaction.fetch(
            "INSERT INTO code_projects (user_id, public, name, source, state, revision) "
            "VALUES ($1::uuid, $1::uuid IS NULL, $2, '/src', $3, 1) RETURNING id", person, name, state,
        )  # fmt: skip
        await transaction.execute(
            "INSERT INTO code_blobs (project_id, digest, language, version, chunks, forward) "
            "VALUES ($1, $2, 'python', 1, 1, '')", row["id"], bytes(16),
        )  # fmt: skip
        await transaction.execute(
            "INSERT INTO code_chunks (project_id, digest, ordinal, kind, symbol, start_line, end_line, content) "
            "VALUES ($1, $2, 0, 'function', 'f', 1, 2, 'def f(): pass')", row["id"], bytes(16),
        )  # fmt: skip
    return str(row["id"])
