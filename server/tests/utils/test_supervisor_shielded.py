"""Background work comes to its end, or is ended."""

import asyncio

from nexy.utils.supervisor import TaskSupervisor
from support.virtual_time import run_virtual


def test_what_runs_may_finish_within_its_time() -> None:
    """Quick work is awaited, slow work is left for the cleanup, nothing waits longer than allowed."""

    async def scenario() -> None:
        supervisor, done = TaskSupervisor("test"), []

        async def work(seconds: float) -> None:
            await asyncio.sleep(seconds)
            done.append(seconds)

        await supervisor.finish(1.0)
        for seconds in (0.5, 5.0):
            supervisor.spawn(work(seconds))
        await supervisor.finish(1.0)
        assert done == [0.5]
        assert asyncio.get_running_loop().time() == 1.0
        await supervisor.cleanup()
        assert supervisor.running == 0

    run_virtual(scenario())
