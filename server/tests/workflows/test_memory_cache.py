"""The memories at hand are few, fresh and of this home."""

import asyncio
from pathlib import Path

from nexy.contracts.memory import MemoryContext
from nexy.utils.home_mark import HomeMark
from nexy.workflows.memory_cache import MemoryCache
from support.virtual_time import run_virtual

TEA = MemoryContext(facts=("Likes tea",))


def test_what_is_too_old_is_not_given() -> None:
    """To the second."""

    async def work() -> None:
        cache = MemoryCache(10, 600)
        await cache.put("mac", TEA)
        await asyncio.sleep(599)
        assert await cache.get("mac") == TEA
        await asyncio.sleep(1)
        assert await cache.get("mac") is None

    run_virtual(work())


async def test_the_one_not_asked_for_longest_makes_room() -> None:
    """The cache never holds more than its size."""
    cache = MemoryCache(2, 600)
    await cache.put("a", TEA)
    await cache.put("b", TEA)
    assert await cache.get("a") == TEA
    await cache.put("c", TEA)
    assert [await cache.get(name) is not None for name in "abc"] == [True, False, True]


async def test_an_empty_memory_is_kept_like_any_other() -> None:
    """A stranger is not asked about in every turn."""
    cache = MemoryCache(2, 600)
    await cache.put("a", MemoryContext())
    assert await cache.get("a") == MemoryContext()
    await cache.remove("a")
    assert await cache.get("a") is None


async def test_the_mark_of_another_process_empties_it(tmp_path: Path) -> None:
    """Marks from before the cache was made say nothing new."""
    mark = HomeMark(tmp_path, "changed")
    mark.touch()
    cache = MemoryCache(2, 600, mark)
    await cache.put("a", TEA)
    assert await cache.get("a") == TEA
    HomeMark(tmp_path, "changed").touch()
    assert await cache.get("a") is None
