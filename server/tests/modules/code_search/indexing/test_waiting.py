"""What a run waits for, and what it leaves as it is because it cannot begin."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from nexy.contracts.code_search import IndexBusy, IndexState
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import NexyError, Unavailable
from nexy.modules.code_search.indexing.parts import IndexStorageFailed
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.reading.cloning import clone_folder, held
from nexy.modules.code_search.reading.source import source_of
from nexy.modules.code_search.store.leases import LeaseLost
from nexy.modules.code_search.store.model import Lease
from support.code_indexing import House, watched
from support.source_tree import commit

pytestmark = pytest.mark.slow


def failing(house: House, monkeypatch: pytest.MonkeyPatch, failures: list[NexyError]) -> None:
    """The next takings of a lease fail, the last first."""
    leases = type(house.indexer._parts.leases)
    take = leases.take

    async def taken(*arguments: object) -> Lease:
        if failures:
            raise failures.pop()
        return await take(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(leases, "take", taken)


async def test_watching_waits_for_what_passes(house: House, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run, a database that is away or full of work, a project that was taken over."""
    failures: list[NexyError] = [
        IndexBusy("work", 0.01),
        LeaseLost("work"),
        *(Unavailable("away", code=f"database_{how}", retry_after_seconds=0.01) for how in ("busy", "unavailable")),
    ]
    failing(house, monkeypatch, failures)
    async with aclosing(watched(house, tree)) as reports:
        assert (await asyncio.wait_for(anext(reports), 30)).files == 4
    assert failures == []


@pytest.mark.parametrize(
    "failure",
    [
        Unavailable("no package", code="code_extra_missing"),
        IndexStorageFailed(Path("home"), OSError(28, "No space left on device")),
        IndexDamaged("its contents are gone"),
    ],
)
async def test_watching_ends_with_what_does_not_heal(
    house: House, tree: Path, monkeypatch: pytest.MonkeyPatch, failure: NexyError
) -> None:
    """A missing package, a full disk and a damaged index are told instead of tried for ever."""
    failing(house, monkeypatch, [failure])
    async with aclosing(watched(house, tree)) as reports:
        with pytest.raises(type(failure)):
            await asyncio.wait_for(anext(reports), 30)


async def test_a_clone_in_use_leaves_the_project_as_it_is(house: House, tree: Path) -> None:
    """Another run fetches the repository: what is ready stays ready, and no empty project is made."""
    commit(tree)
    url = f"file://{tree}"
    await house.index(url)
    (before,) = await house.facts()
    with held(clone_folder(source_of(url), house.home)):
        for name in ("", "second"):
            with pytest.raises(Unavailable) as busy:
                await house.index(url, name=name)
            assert busy.value.code == "repository_busy"
    (after,) = await house.facts()
    assert (after.state, after.problem) == (IndexState.READY, "")
    assert replace(after, heartbeat_seconds=None) == replace(before, heartbeat_seconds=None)


async def test_a_commit_without_a_changed_file_is_noted(house: House, tree: Path) -> None:
    """The branch is known to be at it, though the revision stays."""
    commit(tree)
    first = await house.index(tree)
    head = commit(tree, "nothing that is indexed")
    assert (await house.index(tree)).revision == first.revision
    async with house.database.transaction(SERVICE) as transaction:
        assert [row["head"] for row in await transaction.fetch("SELECT head FROM code_branches")] == [head]
