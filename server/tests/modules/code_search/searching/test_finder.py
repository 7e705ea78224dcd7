"""One question from the check to the answer, with everything around the ranking."""

from pathlib import Path

import pytest

from nexy.contracts.errors import NotFound
from nexy.modules.code_search.searching.ranked import Ranked, RankingTask
from support.code_searching import BILLS, LOGIN, searching
from support.code_shelf import ANN, BOB, ShelvedFile, function


async def test_a_question_finds_its_place_with_everything_around_it(tmp_path: Path) -> None:
    """A hit tells project, path, lines, symbol, content, marks and why; the answer which revision was asked."""
    async with searching(tmp_path) as search:
        project = search.shelf.add("app", [LOGIN, BILLS], revision=7)
        found = await search.find("login password")
    hit = found.hits[0]
    assert (hit.project, hit.project_id, hit.file_path) == ("app", project.id, "app/auth.py")
    assert (hit.symbol, hit.start_line, hit.end_line, hit.language) == ("check_login", 1, 1, "python")
    assert hit.content[slice(*hit.marks[0])] == "login"
    assert (hit.score, hit.why) == (1.0, "terms")
    assert (found.index.revision, found.index.stale, found.total) == ("7", False, 1)
    assert (found.provider, found.model, found.cached) == ("offline", "offline", False)


async def test_ids_of_hits_are_apart_and_stay(tmp_path: Path) -> None:
    """Every place has an id of its own, the same in every answer."""
    async with searching(tmp_path, max_cached=0) as search:
        search.shelf.add("app", [LOGIN, BILLS])
        search.shelf.add("twin", [LOGIN])
        first = [hit.id for hit in (await search.find("login invoice logout")).hits]
        assert first == [hit.id for hit in (await search.find("login invoice logout")).hits]
    assert len(first) == len(set(first)) == 5


async def test_only_visible_projects_are_asked(tmp_path: Path) -> None:
    """A person sees her own and public code, a stranger the public code alone, and nobody somebody else's."""
    async with searching(tmp_path) as search:
        search.shelf.add("annes", [ShelvedFile(path="a.py", chunks=(function("secret_login"),))], owner=ANN)
        search.shelf.add("open", [LOGIN])
        assert sorted(await search.symbols("login", user_id=ANN)) == ["check_login", "secret_login"]
        assert await search.symbols("login", user_id=BOB) == ["check_login"]
        assert await search.symbols("login") == ["check_login"]
        assert all(len(task.projects) == 1 for task in search.ranked[1:])


async def test_what_became_invisible_meanwhile_is_not_shown(tmp_path: Path) -> None:
    """Contents are read under the person's claims once more: a project that went private while ranked shows nothing."""
    async with searching(tmp_path) as search:
        project = search.shelf.add("open", [LOGIN])
        original = search.parts.rank

        def rank_and_close(task: RankingTask) -> Ranked:
            project.owner = ANN
            return original(task)

        object.__setattr__(search.parts, "rank", rank_and_close)
        found = await search.find("login", user_id=BOB)
    assert list(found.hits) == []


async def test_a_project_of_another_person_does_not_exist(tmp_path: Path) -> None:
    """Naming a foreign project, by id or name, is answered like naming none that exists."""
    async with searching(tmp_path) as search:
        foreign = search.shelf.add("annes", [LOGIN], owner=ANN)
        for name in (foreign.id, foreign.name, "no such", "0" * 32):
            with pytest.raises(NotFound) as caught:
                await search.find("login", user_id=BOB, project_id=name)
            assert caught.value.field == "project_id"
        assert not search.ranked


async def test_a_context_that_is_a_project_keeps_to_it(tmp_path: Path) -> None:
    """The context "app" searches the project app; another one is words that may help."""
    async with searching(tmp_path) as search:
        search.shelf.add("App", [LOGIN])
        search.shelf.add("other", [LOGIN])
        await search.find("login", context="app")
        await search.find("login", context="express app")
    assert [one.project.name for one in search.ranked[0].projects] == ["App"]
    assert (search.ranked[0].words, search.ranked[1].words) == ("", "express app")
    assert len(search.ranked[1].projects) == 2


async def test_without_an_index_the_answer_says_how_to_make_one(tmp_path: Path) -> None:
    """No complete revision is an empty answer, not a failure, and nobody need wait for a better one."""
    async with searching(tmp_path) as search:
        search.shelf.add("new", [], revision=0)
        found = await search.find("login")
    assert (list(found.hits), found.index.revision, found.index.stale) == ([], None, False)
    assert "nexy index" in found.left_out["code"]


async def test_an_unfinished_run_makes_the_answer_stale(tmp_path: Path) -> None:
    """The last complete revision answers, and `stale` says that the files may be further."""
    async with searching(tmp_path) as search:
        search.shelf.add("app", [LOGIN]).state = "indexing"
        found = await search.find("login")
    assert (len(found.hits), found.index.stale, found.index.revision) == (1, True, "1")


async def test_a_strangers_forgotten_attempt_makes_nothing_stale(tmp_path: Path) -> None:
    """A public project that never got ready is not searched, and says nothing of what is."""
    async with searching(tmp_path) as search:
        search.shelf.add("app", [LOGIN])
        search.shelf.add("failed", [], revision=0).state = "failed"
        assert not (await search.find("login")).index.stale
        search.shelf.add("coming", [], revision=0).state = "indexing"
        search.shelf.projects[-1].held = True
        assert (await search.find("login")).index.stale


async def test_the_same_question_is_ranked_once(tmp_path: Path) -> None:
    """A repeated question is answered from the cache, marked so, until the code has a new revision."""
    async with searching(tmp_path) as search:
        project = search.shelf.add("app", [LOGIN])
        first = await search.find("where is the login")
        again = await search.find("  where is\nthe login ")
        alike = await search.find("Where is a login?")
        assert (first.cached, again.cached, alike.cached) == (False, True, True)
        assert again.hits == first.hits == alike.hits
        project.files, project.revision = [BILLS], 2
        assert not (await search.find("where is the login")).hits
    assert len(search.ranked) == 2


async def test_a_kept_answer_never_crosses_a_sight(tmp_path: Path) -> None:
    """What Ann was told is not told to Bob, who sees less."""
    async with searching(tmp_path) as search:
        search.shelf.add("annes", [LOGIN], owner=ANN)
        search.shelf.add("open", [BILLS])
        assert await search.symbols("login", user_id=ANN)
        assert not await search.symbols("login", user_id=BOB)
