"""What a run leaves behind that is stopped, overtaken, or fails: the status tells, and the next one goes on."""

import uuid
from contextlib import aclosing
from pathlib import Path

import pytest

from nexy.contracts.code_search import IndexBusy, IndexCode, IndexProgress, IndexReport, IndexStage, IndexState
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.indexing.parts import IndexStorageFailed, WithVectors
from nexy.modules.code_search.reading.model import Told
from nexy.modules.code_search.store.folders import index_folder
from nexy.modules.code_search.store.leases import LeaseLost
from nexy.modules.code_search.store.model import Lease
from nexy.modules.database.module import DatabaseModule
from support.code_indexing import House, functions, house_on
from support.source_tree import plant

pytestmark = pytest.mark.slow


async def test_a_damaged_index_is_made_again(house: House, tree: Path) -> None:
    """Though nothing is new, and under the same revision; by a run, and by `rebuild` for who searches."""
    report = await house.index(tree)
    index = index_folder(house.home, report.project_id, report.revision) / "index.bin"
    index.write_bytes(index.read_bytes()[:-100])
    assert (await house.index(tree)).revision == report.revision
    assert house.mapped(report).documents == report.chunks
    index.unlink()
    assert await house.indexer.mapper.rebuild(report.project_id) == report.revision
    assert house.mapped(report).documents == report.chunks
    assert await house.indexer.mapper.rebuild(str(uuid.uuid4())) == 0


async def test_two_runs_of_one_project_do_not_meet(house: House, tree: Path) -> None:
    """The second is refused while the first goes on; whoever watches waits for its turn."""
    async with aclosing(await house.indexer.index(IndexCode(source=str(tree)))) as first:
        assert isinstance(await anext(first), IndexProgress)
        with pytest.raises(IndexBusy):
            await house.index(tree)
        *_, report = [told async for told in first]
    assert isinstance(report, IndexReport)
    assert (await house.index(tree)).revision == report.revision


async def test_a_run_that_is_called_off_says_so_and_is_no_obstacle(house: House, tree: Path) -> None:
    """Closing it in the middle leaves `interrupted`, and the next run goes on from what it wrote."""
    async with aclosing(await house.indexer.index(IndexCode(source=str(tree)))) as run:
        async for told in run:
            if isinstance(told, IndexProgress) and told.stage is IndexStage.READ and told.done:
                break
    (facts,) = await house.facts()
    assert (facts.state, facts.stale, facts.revision) == (IndexState.INTERRUPTED, True, 0)
    assert (await house.index(tree)).files == 4


async def test_a_run_that_was_taken_over_stops(house: House, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its next write is refused, the other's state stands."""
    contents = type(house.indexer._parts.contents)
    publish = contents.publish

    async def late(*arguments: object) -> None:
        monkeypatch.setattr(contents, "publish", publish)
        async with house.database.transaction(SERVICE) as transaction:
            await transaction.execute("UPDATE code_projects SET lease_until = now() - interval '1 second'")
        assert (await house.index(tree)).revision == 2
        await publish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(contents, "publish", late)
    with pytest.raises(LeaseLost):
        await house.index(tree)
    (facts,) = await house.facts()
    assert (facts.state, facts.revision, facts.problem) == (IndexState.READY, 2, "")


async def test_an_index_that_does_not_find_its_own_is_not_ready(house: House, tree: Path) -> None:
    """The report and the status say what was asked; the next run that finds it makes it ready."""
    house.finder.blind = True
    report = await house.index(tree)
    assert not report.self_test.passed
    (facts,) = await house.facts()
    assert (facts.state, facts.stale, facts.revision) == (IndexState.FAILED, True, 1)
    assert "put_into_basket" in facts.problem
    house.finder.blind = False
    assert (await house.index(tree)).self_test.passed
    assert (await house.facts())[0].state is IndexState.READY


async def test_a_full_disk_is_said_and_leaves_the_last_revision(
    house: House, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure is in the status; what was complete is still there."""
    first = await house.index(tree)
    plant(tree, {"shop/new.py": functions("new_one")})

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nexy.modules.code_search.indexing.mapping.tempfile.TemporaryFile", full)
    with pytest.raises(IndexStorageFailed, match="No space left"):
        await house.index(tree)
    (facts,) = await house.facts()
    assert (facts.state, facts.revision, facts.stale) == (IndexState.FAILED, first.revision, True)
    assert "No space left" in facts.problem
    assert "shop/new.py" not in await house.texts(first.project_id)


def _paid(tokens: int) -> WordsUsage:
    return WordsUsage(provider="openai", model="m", input_tokens=tokens, output_tokens=0)


async def test_vectors_come_last_and_their_absence_fails_nothing(
    database: DatabaseModule, tree: Path, tmp_path: Path
) -> None:
    """While they are made the index is ready; a model that is away is told in the status, and what it cost till then
    in the report.
    """
    states: list[IndexState] = []

    async def embed(lease: Lease, told: Told, calls: list[WordsUsage]) -> WithVectors:
        told(1, 2)
        states.append((await house.facts())[0].state)
        return WithVectors(count=2, model="m")

    async def broken(lease: Lease, told: Told, calls: list[WordsUsage]) -> WithVectors:
        calls.extend((_paid(3), _paid(4)))
        raise Unavailable("the model is away")

    async with house_on(database, tmp_path / "home", embed=embed) as house:
        report = await house.index(tree)
    assert (report.vectors, report.model, states) == (2, "m", [IndexState.READY])
    async with house_on(database, tmp_path / "home", embed=broken) as house:
        report = await house.index(tree)
        assert (report.vectors, report.calls) == (0, (_paid(7),))
        (facts,) = await house.facts()
    assert (facts.state, facts.problem) == (IndexState.READY, "without vectors: the model is away")
