"""The question that closes a run."""

from dataclasses import replace

import pytest

from nexy.contracts.code_search import FindCode, Found, SelfTest
from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.indexing.self_test import self_test
from nexy.modules.code_search.store.model import Lease
from support.code_indexing import Finder, hit_of
from support.code_store import READING, SMALL, Stores, blob

pytestmark = pytest.mark.slow


async def filled(stores: Stores, *symbols: str) -> Lease:
    lease = await stores.lease()
    await stores.contents.add(lease, READING, [blob("a", *symbols)])
    await stores.publish(lease, {"a.py": "a"})
    return lease


async def test_it_asks_for_a_name_in_this_project_as_its_owner(stores: Stores) -> None:
    """And says at which place that came."""
    lease = await filled(stores, "close", "close_session")
    lease = replace(lease, project=replace(lease.project, owner_id=""))
    finder = Finder(stores.database)
    test, problem = await self_test(stores.contents, finder, lease, "main", SMALL)
    assert (test, problem) == (SelfTest(passed=True, query="close_session", rank=1), "")
    (asked,) = finder.asked
    assert (asked.project_id, asked.user_id, asked.prose) == (lease.project.id, "", False)
    assert asked.limit == SMALL.test_places


async def test_the_same_name_elsewhere_is_found_too(stores: Stores) -> None:
    """Its place is the first one where the name is."""
    lease = await filled(stores, "close_session")

    async def find(request: FindCode) -> Found:
        return Found(hits=[hit_of(request, "z.py", "other"), hit_of(request, "b.py", "close_session")])

    test, _ = await self_test(stores.contents, find, lease, "main", SMALL)
    assert (test.passed, test.rank) == (True, 2)


async def test_a_project_without_names_is_asked_for_a_path(stores: Stores) -> None:
    """Text alone is found by where it is; a project without files is not asked at all."""
    lease = await filled(stores, "")
    finder = Finder(stores.database)
    test, _ = await self_test(stores.contents, finder, lease, "main", SMALL)
    assert test == SelfTest(passed=True, query="a.py", rank=1)
    nothing, problem = await self_test(stores.contents, finder, lease, "no such branch", SMALL)
    assert (nothing.passed, problem, len(finder.asked)) == (True, "", 1)


async def test_what_is_not_found_or_not_answered_is_said(stores: Stores) -> None:
    """The test has failed, and the reason names what was asked or what went wrong."""
    lease = await filled(stores, "close_session")
    blind = Finder(stores.database, blind=True)
    test, problem = await self_test(stores.contents, blind, lease, "main", SMALL)
    assert (test.passed, test.rank, "close_session" in problem) == (False, 0, True)

    async def broken(request: FindCode) -> Found:
        raise Unavailable("too many questions")

    test, problem = await self_test(stores.contents, broken, lease, "main", SMALL)
    assert (test.passed, "too many questions" in problem) == (False, True)
