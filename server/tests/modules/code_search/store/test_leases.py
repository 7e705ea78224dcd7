"""One run at a time: leases by PostgreSQL's clock, and fences that keep the late ones out."""

import asyncio
import uuid

import pytest

from nexy.contracts.code_search import IndexBusy, IndexProgress, IndexStage, IndexState
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import NotFound
from nexy.modules.code_search.store.leases import LeaseLost
from nexy.modules.code_search.store.model import Project
from support.code_store import READING, SMALL, Stores, blob

pytestmark = pytest.mark.slow


async def test_a_second_run_is_told_how_long_to_wait(stores: Stores) -> None:
    """While one run holds the project, another is refused with the rest of the lease as its time to retry."""
    lease = await stores.lease()
    with pytest.raises(IndexBusy) as refused:
        await stores.leases.take(lease.project)
    assert refused.value.code == "index_busy"
    assert refused.value.retry_after_seconds is not None
    assert 0 < refused.value.retry_after_seconds <= SMALL.lease_seconds
    assert (await stores.lease("other")).fence == 1


async def test_a_dead_run_is_taken_over_and_can_write_nothing_more(stores: Stores) -> None:
    """Its lease has run out: the next run has a higher fence, and every write of the old one is refused whole."""
    old = await stores.lease()
    await stores.run_out(old)
    new = await stores.leases.take(old.project)
    assert new.fence == old.fence + 1
    with pytest.raises(LeaseLost):
        await stores.leases.renew(old, READING)
    with pytest.raises(LeaseLost):
        await stores.contents.add(old, READING, [blob("a")])
    with pytest.raises(LeaseLost):
        await stores.publish(old, {})
    assert await stores.count("code_blobs") == 0
    await stores.contents.add(new, READING, [blob("a")])
    assert await stores.count("code_blobs") == 1


async def test_who_is_late_but_alone_goes_on(stores: Stores) -> None:
    """A lease that ran out without anybody taking it is still the run's own: a sign of life brings it back."""
    lease = await stores.lease()
    await stores.run_out(lease)
    await stores.leases.renew(lease, READING)
    with pytest.raises(IndexBusy):
        await stores.leases.take(lease.project)


async def test_the_status_tells_what_a_sign_of_life_said(stores: Stores) -> None:
    """Stage, how far, and how long ago; without a lease it says that the run broke off."""
    lease = await stores.lease()
    await stores.leases.renew(lease, IndexProgress(stage=IndexStage.READ, done=3, total=9))
    (facts,) = await stores.projects.facts(SERVICE)
    assert (facts.state, facts.stale) == (IndexState.INDEXING, True)
    assert facts.progress == IndexProgress(stage=IndexStage.READ, done=3, total=9)
    assert facts.heartbeat_seconds is not None
    assert 0 <= facts.heartbeat_seconds < 60
    await stores.run_out(lease)
    (dead,) = await stores.projects.facts(SERVICE)
    assert (dead.state, dead.stale, dead.progress) == (IndexState.INTERRUPTED, True, None)


async def test_given_back_it_is_free_and_says_how_it_ended(stores: Stores) -> None:
    """With a state that one, with none as it was; a lost lease gives nothing back."""
    lease = await stores.lease()
    await stores.leases.release(lease, None, None)
    assert (await stores.projects.facts(SERVICE))[0].state is IndexState.INTERRUPTED
    again = await stores.leases.take(lease.project)
    await stores.leases.release(lease, "ready", "")
    assert (await stores.projects.facts(SERVICE))[0].state is IndexState.INDEXING
    await stores.leases.release(again, "failed", "the disk is full")
    (facts,) = await stores.projects.facts(SERVICE)
    assert (facts.state, facts.problem) == (IndexState.FAILED, "the disk is full")


async def test_nobody_takes_a_project_in_the_middle_of_a_write(stores: Stores) -> None:
    """A taker waits for the open transaction, finds its sign of life, and is refused."""
    lease = await stores.lease()
    await stores.run_out(lease)
    async with stores.leases.writing(lease, READING):
        taker = asyncio.ensure_future(stores.leases.take(lease.project))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(taker), 0.1)
    with pytest.raises(IndexBusy):
        await taker


async def test_a_project_that_went_meanwhile(stores: Stores) -> None:
    """Taking it is refused by name."""
    with pytest.raises(NotFound, match="shop"):
        await stores.leases.take(Project(id=str(uuid.uuid4()), name="shop", source="/src/shop"))
