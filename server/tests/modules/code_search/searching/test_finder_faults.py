"""Damage, floods and bad questions on the way to an answer."""

import asyncio
import logging
import shutil
import threading
from pathlib import Path

import pytest

from nexy.contracts.code_search import Found
from nexy.contracts.database import Row
from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.modules.code_search.store import contents
from nexy.modules.code_search.store.folders import index_folder
from nexy.modules.code_search.store.model import IndexedPath
from support.code_searching import BILLS, LOGIN, searching


@pytest.mark.parametrize("damage", ["gone", "cut", "altered", "empty"])
async def test_a_damaged_index_is_made_again_from_the_database(tmp_path: Path, damage: str) -> None:
    """Whatever happened to the mapped file, the question is answered, and the next one finds a sound file."""
    async with searching(tmp_path, max_cached=0) as search:
        project = search.shelf.add("app", [LOGIN, BILLS], revision=3)
        _spoil(index_folder(tmp_path, project.id, 3), damage)
        assert await search.symbols("invoice") == ["send_invoice"]
        await search.indexes.cleanup()
        assert await search.symbols("invoice") == ["send_invoice"]
    assert search.shelf.fetched["published"] == 1


async def test_a_revision_that_is_gone_gives_way_to_the_newest(tmp_path: Path) -> None:
    """Where the named revision was replaced meanwhile, the newest answers and the answer names it."""
    async with searching(tmp_path) as search:
        project = search.shelf.add("app", [LOGIN], revision=3)
        shutil.rmtree(index_folder(tmp_path, project.id, 3))
        published = search.shelf.fetched

        class Moved(dict[str, int]):
            def __setitem__(self, name: str, count: int) -> None:
                super().__setitem__(name, count)
                project.revision = 4

        search.shelf.fetched = Moved(published)
        found = await search.find("login")
    assert (len(found.hits), found.index.revision) == (1, "4")


async def test_one_broken_index_does_not_silence_the_others(tmp_path: Path) -> None:
    """What cannot be opened is left out by its name and the rest answers; alone it is `Unavailable`."""
    async with searching(tmp_path) as search:
        broken = search.shelf.add("broken", [LOGIN])
        shutil.rmtree(index_folder(tmp_path, broken.id, 1))
        broken.files = []
        search.shelf.add("sound", [LOGIN])
        found = await search.find("login")
        assert [hit.project for hit in found.hits] == ["sound"]
        assert "project broken" in found.left_out
        assert found.index.stale
        with pytest.raises(Unavailable) as caught:
            await search.find("login", project_id="broken")
        assert caught.value.code == "index_missing"
        assert not (await search.find("login")).cached


async def test_what_cannot_be_made_again_is_not_tried_by_every_question(tmp_path: Path) -> None:
    """Contents of an older version need a new run: twenty questions read them once, and not one byte of them."""
    async with searching(tmp_path, remake_rest_seconds=60) as search:
        project = search.shelf.add("app", [LOGIN])
        shutil.rmtree(index_folder(tmp_path, project.id, 1))
        project.version -= 1
        for _ in range(20):
            with pytest.raises(Unavailable) as caught:
                await search.find("login")
            assert caught.value.code == "index_damaged"
        # Once before the making and once more to see whether a newer revision came.
        assert search.shelf.fetched["published"] == 2
        project.version += 1
        search.clock.advance(61)
        assert await search.symbols("login") == ["check_login"]


async def test_another_server_goes_on_answering_after_a_publish(tmp_path: Path) -> None:
    """The new revision lies in another home: the older one answers as stale, is not kept, and gives way soon."""
    async with searching(tmp_path) as search:
        project = search.shelf.add("app", [LOGIN])
        await search.find("login")
        project.revision, project.files = 2, [LOGIN, BILLS]
        found = await search.find("login")
        assert (len(found.hits), found.index.revision, found.index.stale) == (1, "1", True)
        await search.indexes._supervisor.finish(30)
        found = await search.find("login")
        assert (found.index.revision, found.index.stale, found.cached) == ("2", False, False)
        assert await search.symbols("invoice") == ["send_invoice"]
        # Nobody indexes into this home, so what is made here also removes what it replaces.
        assert [folder.name for folder in index_folder(tmp_path, project.id, 2).parent.iterdir()] == ["2"]


async def test_the_list_of_files_is_read_beside_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten thousand files it took a fifth of a second, in which nobody else was answered."""
    names: list[str] = []
    original = contents._file

    def noted(row: Row) -> IndexedPath:
        names.append(threading.current_thread().name)
        return original(row)

    monkeypatch.setattr(contents, "_file", noted)
    async with searching(tmp_path) as search:
        project = search.shelf.add("app", [LOGIN, BILLS])
        shutil.rmtree(index_folder(tmp_path, project.id, 1))
        await search.find("login")
    assert len(names) == 2
    assert threading.current_thread().name not in names


async def test_too_many_questions_are_refused_with_a_time(tmp_path: Path) -> None:
    """Beyond `max_waiting` the answer is `Unavailable` at once, with seconds to wait; the others are answered."""
    async with searching(tmp_path, max_waiting=1, max_cached=0) as search:
        search.shelf.add("app", [LOGIN])
        await search.find("login")
        answers = await asyncio.gather(*(search.find("login") for _ in range(6)), return_exceptions=True)
    refused = [one for one in answers if isinstance(one, Unavailable)]
    assert len(refused) == 4
    assert {(one.code, one.retry_after_seconds) for one in refused} == {("code_search_busy", 1)}
    assert sum(isinstance(one, Found) for one in answers) == 2


async def test_the_database_away_is_unavailable(tmp_path: Path) -> None:
    """Without the database nobody's sight is known, so nothing is answered, kept answers included."""
    async with searching(tmp_path) as search:
        search.shelf.add("app", [LOGIN])
        await search.find("login")
        search.shelf.away = True
        with pytest.raises(Unavailable):
            await search.find("login")


async def test_a_bad_question_reaches_nothing(tmp_path: Path) -> None:
    """An empty or huge question is refused before the database is asked."""
    async with searching(tmp_path) as search:
        for query in ("", " \n", "x" * 1024 * 1024):
            with pytest.raises(ValidationFailed) as caught:
                await search.find(query)
            assert caught.value.field == "query"
    assert not search.shelf.fetched


async def test_the_log_knows_nothing_of_the_question(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The decision is told with numbers; neither the question nor what was found is in any record."""
    caplog.set_level(logging.DEBUG)
    async with searching(tmp_path) as search:
        project = search.shelf.add("app", [LOGIN])
        shutil.rmtree(index_folder(tmp_path, project.id, 1))
        await search.find("canary login", context="canarycontext")
    records = [record for record in caplog.records if record.name.startswith("nexy")]
    decisions = {getattr(record, "decision", None) for record in records}
    assert {"search", "recover"} <= decisions
    told = " ".join(f"{record.getMessage()} {record.__dict__.get('ctx')}" for record in records)
    assert not any(word in told for word in ("canary", "check_login", "password", "auth.py"))


def _spoil(folder: Path, damage: str) -> None:
    file = next(folder.iterdir())
    match damage:
        case "gone":
            shutil.rmtree(folder)
        case "cut":
            file.write_bytes(file.read_bytes()[:-40])
        case "altered":
            raw = bytearray(file.read_bytes())
            raw[200] ^= 0xFF
            file.write_bytes(raw)
        case _:
            file.write_bytes(b"")
