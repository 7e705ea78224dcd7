"""The indexer is killed at any moment: what answers stays whole, the status tells the truth, the next run goes on."""

import asyncio
import random
from pathlib import Path

import pytest

from nexy.config.database_section import DatabaseSection
from nexy.contracts.code_search import IndexFacts, IndexState
from nexy.contracts.database import SERVICE
from nexy.modules.database.module import DatabaseModule
from support.code_indexer_program import indexing
from support.code_indexing import House, functions, house_on
from support.peers import FakePeers
from support.postgres import TestServer, new_database
from support.source_tree import plant

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
KILLS = 10
FILES = 40
LATER_SECONDS = 0.05


def version(number: int) -> dict[str, str]:
    """The same files, each telling its version; half of them are as they were."""
    return {
        f"shop/part_{place}.py": functions(f"part_{place}_v{number if place % 2 else 0}", f"also_{place}")
        for place in range(FILES)
    }


async def test_killed_ten_times_in_a_row(postgres: TestServer, tmp_path: Path) -> None:
    """After each kill the files of the named revision are those of one version, and its index can be opened."""
    dice = random.Random(7)
    async with new_database(postgres) as name:
        database = DatabaseModule()
        await database.initialize(postgres.section(name), FakePeers())
        try:
            async with house_on(database, tmp_path / "home") as house:
                tree = plant(tmp_path / "work", version(1))
                report = await house.index(tree)
                plant(tree, version(2))
                steps = len(await house.told(tree))
                seen, revisions = set(), set()
                for number in range(3, KILLS + 3):
                    plant(tree, version(number))
                    # From its first step to its last, the moment after each being chance.
                    await _killed(house, tree, postgres.section(name), steps * (number - 2) // KILLS, dice)
                    facts = await _told_truly(house, number)
                    seen.add(facts.state)
                    revisions.add(facts.revision)
                    await _run_out(house)
                assert IndexState.INTERRUPTED in seen
                assert len(revisions) > 1
                last = await house.index(tree)
                assert (await house.facts())[0].state is IndexState.READY
                assert _versions(await house.texts(report.project_id)) == {KILLS + 2}
                # What the killed runs had written was not read again.
                assert last.read_files < FILES // 2
        finally:
            await database.cleanup()


async def _killed(house: House, tree: Path, section: DatabaseSection, step: int, dice: random.Random) -> None:
    """A moment after it has told of so many steps."""
    async with indexing(house.home, tree, section) as process:
        assert process.stdout is not None
        for _ in range(step):
            if not await process.stdout.readline():
                break
        try:
            await asyncio.wait_for(process.wait(), dice.random() * LATER_SECONDS)
        except TimeoutError:
            process.kill()


async def _told_truly(house: House, newest: int) -> IndexFacts:
    """What the status says of a run that is no more, and whether search has one whole version."""
    await _run_out(house)
    (facts,) = await house.facts()
    assert facts.state in (IndexState.INTERRUPTED, IndexState.READY), facts
    assert facts.stale == (facts.state is IndexState.INTERRUPTED)
    versions = _versions(await house.texts(facts.project_id))
    assert len(versions) == 1, f"files of several versions: {versions}"
    assert max(versions) <= newest
    assert house.mapped(facts).documents == facts.chunks
    assert await _places_exist(house, facts)
    return facts


async def _places_exist(house: House, facts: IndexFacts) -> bool:
    """Every place of the mapped index has its piece in the database."""
    mapped = house.mapped(facts)
    places = [mapped.place(document) for document in range(mapped.documents)]
    query = """SELECT count(*) AS there FROM unnest($2::bytea[], $3::integer[]) AS wanted (digest, ordinal)
               JOIN code_chunks USING (digest, ordinal) WHERE project_id = $1::text::uuid"""
    digests, ordinals = [place.digest for place in places], [place.ordinal for place in places]
    async with house.database.transaction(SERVICE) as transaction:
        (row,) = await transaction.fetch(query, facts.project_id, digests, ordinals)
    return row["there"] == len(places)


def _versions(texts: dict[str, str]) -> set[int]:
    assert len(texts) == FILES
    odd = [text for path, text in texts.items() if int(path.split("_")[1].split(".")[0]) % 2]
    return {int(text.split("_v")[1].split("(")[0]) for text in odd}


async def _run_out(house: House) -> None:
    """As if the lease of the killed run had been over for a while."""
    async with house.database.transaction(SERVICE) as transaction:
        await transaction.execute("UPDATE code_projects SET lease_until = now() - interval '1 second'")
