"""What a signal waits for, and what it does not hide."""

import asyncio

import pytest

from nexy.cli.serve import _unless
from nexy.contracts.errors import StartFailed


async def test_a_failing_drain_is_not_hidden() -> None:
    """A shutdown that breaks is no exit code 0."""

    async def failing() -> None:
        raise StartFailed("broken")

    with pytest.raises(StartFailed, match="broken"):
        await _unless(asyncio.Event(), failing())


async def test_a_drain_that_fails_while_it_is_given_up_is_not_hidden() -> None:
    """Also after the second signal."""
    second = asyncio.Event()

    async def failing() -> None:
        try:
            second.set()
            await asyncio.Event().wait()
        finally:
            raise StartFailed("broken")

    with pytest.raises(StartFailed, match="broken"):
        await _unless(second, failing())


async def test_nobody_waits_after_the_second_signal() -> None:
    """The drain is given up, which is no failure."""
    second = asyncio.Event()

    async def endless() -> None:
        second.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await _unless(second, endless())
