"""An event loop whose clock jumps: a test of a minute takes a millisecond, and never sleeps."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]  platform's own class
    """Where the loop would wait for its next timer, time moves instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return super().select(5)
        self.now += timeout
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A loop for code that waits on timers only; real sockets and processes do not fit here."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumping.now


def run_virtual(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on a loop of its own in virtual time, and check that no task is left behind."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:

        async def guarded() -> T:
            result = await work
            leaked = asyncio.all_tasks() - {asyncio.current_task()}
            assert not leaked, f"leaked tasks: {leaked}"
            return result

        return runner.run(guarded())
