"""What a turn remembers and leaves behind: read within a budget, learnt behind the answer, forgotten at once."""

import asyncio
import logging
from collections.abc import Sequence

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.capabilities import ACCESS, MEMORY
from nexy.contracts.devices import FindOwner
from nexy.contracts.errors import NexyError
from nexy.contracts.memory import (
    Fact,
    Foresee,
    Foreseen,
    Forget,
    LearnFromTurn,
    Learnt,
    MemoryContext,
    MemoryReach,
    Recall,
)
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.utils.home_mark import HomeMark
from nexy.utils.supervisor import TaskSupervisor
from nexy.workflows.forget_order import ForgetOrder
from nexy.workflows.forgetting import Forgetting
from nexy.workflows.learning_queue import LearningQueue
from nexy.workflows.memory_cache import MemoryCache
from nexy.workflows.memory_patience import MemoryPatience

_AWAY = MemoryContext(reach=MemoryReach.AWAY)
_log = logging.getLogger("nexy.memory")


class MemoryWorkflowIntegration:
    """One memory for all turns of this process; the cache and the reads under way are its only state."""

    def __init__(self, coordinator: ModuleCoordinator, config: MemoryConfig, mark: HomeMark | None = None) -> None:
        self._coordinator = coordinator
        self._config = config
        self._reads = TaskSupervisor("memory reads")
        self._memory_tasks: dict[str, asyncio.Task[MemoryContext]] = {}
        self.memory_cache = MemoryCache(config.max_cached_devices, config.cache_seconds, mark)
        self._learning = LearningQueue(config, self._learn)
        self._patience = MemoryPatience(config.budget_seconds)
        self._forgetting = Forgetting(config, self._forget)

    async def get_memory_context_parallel(self, hardware_id: str) -> MemoryContext:
        """What is remembered, within the budget; nothing where it comes too late, and never a failure.

        Its `reach` tells an empty memory from one that is out of reach.

        A late answer still fills the cache. After one that was late or failed nobody waits again until a read
        has come in time: a database that is away or slow costs the hot path one budget, not one per turn.
        """
        if not self._coordinator.has(MEMORY):
            return MemoryContext(reach=MemoryReach.OFF)
        mind = await self._mind_of(hardware_id)
        cached = await self.memory_cache.get(mind)
        if cached is not None:
            return cached
        read = self._begin_reading(hardware_id, mind)
        if read is None:
            return _AWAY
        await asyncio.wait((read,), timeout=self._patience.seconds)
        if not read.done():
            self._note_late()
        return read.result() if read.done() and not read.cancelled() else _AWAY

    async def foresee(self, memory: MemoryContext, prompt: str) -> Foreseen:
        """What will be learnt of the prompt; nothing while nothing can be kept."""
        if memory.reach is not MemoryReach.KEPT:
            return Foreseen()
        try:
            return await self._coordinator.get(MEMORY).process(Foresee(prompt=prompt))
        except NexyError as failure:
            _log.warning("prompt not foreseen", extra={"decision": "degrade", "ctx": {"code": failure.code}})
            return Foreseen()

    def learn_in_background(
        self, *, hardware_id: str, turn_id: str, prompt: str, answer: str, old: MemoryContext
    ) -> None:
        """Learn from a finished turn after the turns of the device that wait already; `answer` is what was sent."""
        if self._coordinator.has(MEMORY):
            turn = LearnFromTurn(hardware_id=hardware_id, turn_id=turn_id, prompt=prompt, answer=answer, old=old)
            self._learning.put(turn)

    async def obey_forget_order(self, hardware_id: str, prompt: str, memory: MemoryContext) -> str | None:
        """Forget when the prompt orders it, and what to say about it; None where it is no such order.

        The answer is ours and not the model's, because it must be true.
        """
        return await self._forgetting.obey(hardware_id, prompt, reach=memory.reach)

    async def _forget(self, hardware_id: str, order: ForgetOrder) -> Sequence[Fact]:
        """What was told a moment ago is learnt first or not at all, so that it cannot come back afterwards."""
        await self._learning.settle(hardware_id, self._config.forget_patience_seconds if order.about else 0.0)
        try:
            async with asyncio.timeout(self._config.read_timeout_seconds):
                return await self._coordinator.get(MEMORY).process(Forget(hardware_id=hardware_id, about=order.about))
        finally:
            await self._out_of_date(await self._mind_of(hardware_id))

    async def cleanup(self) -> None:
        """Let waiting turns be learnt within the configured time, then stop everything."""
        await self._learning.cleanup()
        await self._reads.cleanup()

    async def _mind_of(self, hardware_id: str) -> str:
        """The person whose devices share one memory, so that none of them tells what another had forgotten."""
        if not self._coordinator.has(ACCESS):
            return hardware_id
        owner = await self._coordinator.get(ACCESS).process(FindOwner(payer=hardware_id))
        return owner.user_id or hardware_id

    def _begin_reading(self, hardware_id: str, mind: str) -> "asyncio.Task[MemoryContext] | None":
        """The read under way, else a new one; None where a stuck database would only pile them up."""
        if mind not in self._memory_tasks:
            if self._patience.late and len(self._memory_tasks) >= self._config.max_reads:
                return None
            self._memory_tasks[mind] = self._reads.spawn(self._read(hardware_id, mind))
        return self._memory_tasks[mind]

    async def _read(self, hardware_id: str, mind: str) -> MemoryContext:
        me, began = asyncio.current_task(), asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._config.read_timeout_seconds):
                found = await self._coordinator.get(MEMORY).process(Recall(hardware_id=hardware_id))
            # A read that something was learnt behind is out of date, and no longer registered.
            if self._memory_tasks.get(mind) is me:
                await self.memory_cache.put(mind, found)
            self._patience.came(asyncio.get_running_loop().time() - began)
            return found
        except (NexyError, TimeoutError) as failure:
            self._note_late(_code_of(failure))
            return _AWAY
        finally:
            if self._memory_tasks.get(mind) is me:
                del self._memory_tasks[mind]

    def _note_late(self, code: str = "late") -> None:
        if self._patience.missed():
            _log.warning("memory left out", extra={"decision": "degrade", "ctx": {"code": code}})

    async def _learn(self, turn: LearnFromTurn) -> None:
        """Learn, and have the memory as it is then at hand for the next turn."""
        learnt, before = Learnt(), await self._mind_of(turn.hardware_id)
        try:
            async with asyncio.timeout(self._config.learn_timeout_seconds):
                learnt = await self._coordinator.get(MEMORY).process(turn)
        except (NexyError, TimeoutError) as failure:
            _log.warning("turn not learnt", extra={"decision": "degrade", "ctx": {"code": _code_of(failure)}})
        mind = await self._mind_of(turn.hardware_id)
        await self._out_of_date(mind)
        # A device that was paired meanwhile has another memory now than the one that was learnt into.
        if learnt.memory is not None and mind == before:
            await self.memory_cache.put(mind, learnt.memory)
            return
        read = self._begin_reading(turn.hardware_id, mind)
        if read is not None:
            await asyncio.wait((read,))

    async def _out_of_date(self, mind: str) -> None:
        self._memory_tasks.pop(mind, None)
        await self.memory_cache.remove(mind)


def _code_of(failure: NexyError | TimeoutError) -> str:
    return failure.code if isinstance(failure, NexyError) else "timeout"
