"""What goes, and what must stay."""

from dataclasses import replace

import pytest
import pytest_asyncio

from nexy.contracts.code_search import IndexState
from nexy.contracts.database import SERVICE
from nexy.modules.code_search.store.leases import LeaseLost
from nexy.modules.database.module import DatabaseModule
from support.code_store import KEYS, READING, SMALL, Stores, blob, stores_on

pytestmark = pytest.mark.slow
AT_ONCE = replace(SMALL, keep_unused_seconds=0)


@pytest_asyncio.fixture
async def stores(database: DatabaseModule) -> Stores:
    return stores_on(database, AT_ONCE)


async def test_contents_go_when_nobody_had_them_for_long_enough(stores: Stores) -> None:
    """With their pieces and vectors; those of files stay, and before their time so do the others."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob(letter) for letter in "abcdef"])
    await stores.execute("INSERT INTO code_vectors SELECT project_id, digest, 0, 'm', '' FROM code_blobs")
    await stores.publish(lease, {"x.py": "a"})
    assert await stores_on(stores.database, SMALL).sweeper.sweep(lease, READING) == 0
    assert await stores.sweeper.sweep(lease, READING) == 5
    assert set(await stores.contents.known(lease.project.id)) == {KEYS["a"]}
    assert (await stores.count("code_chunks"), await stores.count("code_vectors")) == (2, 1)


async def test_a_branch_that_nobody_indexes_goes_with_what_only_it_had(stores: Stores) -> None:
    """The newest one stays however old it is."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob("a"), blob("b")])
    await stores.publish(lease, {"x.py": "b"}, branch="old")
    await stores.publish(lease, {"x.py": "a"}, branch="main")
    assert await stores.sweeper.sweep(lease, READING) == 1
    assert await stores.contents.files(lease.project.id, "old") == {}
    assert set(await stores.contents.files(lease.project.id, "main")) == {"x.py"}
    assert set(await stores.contents.known(lease.project.id)) == {KEYS["a"]}


async def test_another_project_is_not_touched(stores: Stores) -> None:
    """Neither by sweeping nor by clearing, though it has the very same content."""
    one, other = await stores.lease("one"), await stores.lease("other")
    for lease in (one, other):
        await stores.contents.add(lease, READING, [blob("a")])
    await stores.sweeper.sweep(one, READING)
    await stores.sweeper.clear(one, READING)
    assert set(await stores.contents.known(other.project.id)) == {KEYS["a"]}


async def test_a_cleared_project_is_empty_and_can_be_removed(stores: Stores) -> None:
    """From the first step on nothing of it is found; then the row itself goes."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob(letter) for letter in "abcde"])
    await stores.publish(lease, {"x.py": "a", "y.py": "b"})
    await stores.sweeper.clear(lease, READING)
    (facts,) = await stores.projects.facts(SERVICE)
    assert (facts.revision, facts.state, facts.files) == (0, IndexState.EMPTY, 0)
    assert await stores.contents.published(lease.project.id) is None
    await stores.projects.remove(lease)
    for table in ("code_projects", "code_branches", "code_files", "code_blobs", "code_chunks"):
        assert await stores.count(table) == 0, table


async def test_a_lost_lease_sweeps_nothing(stores: Stores) -> None:
    """Nor does it clear or remove."""
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob("a")])
    await stores.run_out(lease)
    await stores.leases.take(lease.project)
    with pytest.raises(LeaseLost):
        await stores.sweeper.sweep(lease, READING)
    with pytest.raises(LeaseLost):
        await stores.sweeper.clear(lease, READING)
    await stores.projects.remove(lease)
    assert (await stores.count("code_blobs"), await stores.count("code_projects")) == (1, 1)
