"""SIGTERM and Ctrl-C for programs that start others: whatever was started ends before the program does."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_SHELL_ADDS = 128


class Stopped(Exception):
    """A signal ended the work, and everything that the work had started has ended; `code` is what a shell reports."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.code = _SHELL_ADDS + number


@asynccontextmanager
async def stoppable() -> AsyncGenerator[None, None]:
    """The first signal cancels the block, whose own blocks are left in order; then `Stopped` is raised.

    Further signals change nothing, since what is being ended must be ended. Needs the main thread.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    heard: list[int] = []

    def stop(number: int) -> None:
        heard.append(number)
        if len(heard) == 1:
            task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    except asyncio.CancelledError:
        if not heard:
            raise
        task.uncancel()
        raise Stopped(heard[0]) from None
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
