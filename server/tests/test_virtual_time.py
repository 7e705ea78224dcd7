"""The jumping clock itself."""

import asyncio
import time

from support.virtual_time import run_virtual


def test_an_hour_passes_at_once() -> None:
    """Timers fire in order and virtual hours cost no real time."""

    async def story() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.sleep(3600)
        return loop.time() - began

    began = time.monotonic()
    assert run_virtual(story()) >= 3600
    assert time.monotonic() - began < 5
