"""A run's hold on its project: taken, kept up beside the work, given back however the work ends."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from nexy.contracts.code_search import IndexState
from nexy.contracts.errors import NexyError
from nexy.modules.code_search.indexing.board import Board
from nexy.modules.code_search.indexing.parts import Parts
from nexy.modules.code_search.store.leases import LeaseLost
from nexy.modules.code_search.store.model import Lease, Project
from nexy.utils.supervisor import owned_task


class Hold:
    """The lease, and how the project is left: `state` None as it is, so that what broke off says so."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.state: IndexState | None = None
        self.problem: str | None = None

    def leave(self, state: IndexState, problem: str = "") -> None:
        """It ended like this."""
        self.state, self.problem = state, problem


@asynccontextmanager
async def holding(parts: Parts, project: Project, board: Board) -> AsyncGenerator[Hold, None]:
    """Hold the project for the block; a failure of it is what the status tells. Raises `IndexBusy`."""
    hold = Hold(await parts.leases.take(project))
    try:
        async with owned_task(_beat(parts, hold.lease, board)):
            yield hold
    except NexyError as problem:
        hold.leave(IndexState.FAILED, problem.message)
        raise
    finally:
        # A run that is called off gives back what it held, or the next one would wait for its end.
        await asyncio.shield(_give_back(parts, hold))


async def _beat(parts: Parts, lease: Lease, board: Board) -> None:
    """Signs of life until the lease is lost; the next write then says so, too."""
    while True:
        await asyncio.sleep(parts.config.indexing.heartbeat_seconds)
        try:
            await parts.leases.renew(lease, board.now)
        except LeaseLost:
            return
        except NexyError:
            # The database is away: whether the lease lived that long is for the fence to say.
            continue


async def _give_back(parts: Parts, hold: Hold) -> None:
    state = hold.state.value if hold.state is not None else None
    try:
        await parts.leases.release(hold.lease, state, hold.problem)
    except NexyError:
        # It runs out by itself.
        return
