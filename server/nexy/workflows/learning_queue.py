"""Turns that wait to be learnt: in order within a device, never more than may wait; those being learnt count."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.memory import LearnFromTurn
from nexy.utils.supervisor import TaskSupervisor

_log = logging.getLogger("nexy.memory")


class LearningQueue:
    """One task per device that has something to learn; a turn that finds no room is logged and not learnt."""

    def __init__(self, config: MemoryConfig, learn: Callable[[LearnFromTurn], Awaitable[None]]) -> None:
        self._config = config
        self._learn = learn
        self._supervisor = TaskSupervisor("memory learning")
        self._waiting: dict[str, deque[LearnFromTurn]] = {}
        self._working: dict[str, asyncio.Task[None]] = {}
        self._count = 0

    def put(self, turn: LearnFromTurn) -> bool:
        """Learn the turn when its time comes; false where it finds no room."""
        device = turn.hardware_id
        of_device = len(self._waiting.get(device, ()))
        if self._count >= self._config.max_waiting_turns or of_device >= self._config.max_waiting_turns_per_device:
            _log.warning("turn not learnt", extra={"decision": "degrade", "ctx": {"code": "learning_queue_full"}})
            return False
        self._waiting.setdefault(device, deque()).append(turn)
        self._count += 1
        if device not in self._working:
            self._working[device] = self._supervisor.spawn(self._work_off(device))
        return True

    async def _work_off(self, device: str) -> None:
        try:
            while self._waiting.get(device):
                turn = self._waiting[device].popleft()
                try:
                    await self._learn(turn)
                finally:
                    self._count -= 1
        finally:
            self._drop(device)

    def _drop(self, device: str) -> None:
        self._count -= len(self._waiting.pop(device, ()))
        self._working.pop(device, None)

    async def settle(self, device: str, patience_seconds: float) -> None:
        """Wait so long for the device's turns; what is not learnt by then never will be."""
        working = self._working.get(device)
        if working is None:
            return
        if patience_seconds:
            await asyncio.wait((working,), timeout=patience_seconds)
        if not working.done():
            working.cancel()
            await asyncio.wait((working,))
            # A task that had not begun yet has no chance to do this itself.
            self._drop(device)

    @property
    def waiting(self) -> int:
        """How many turns wait."""
        return self._count

    async def cleanup(self) -> None:
        """Learn what waits within the configured time, drop the rest."""
        await self._supervisor.finish(self._config.flush_seconds)
        if self._count:
            context = {"decision": "degrade", "ctx": {"code": "learning_cut_off", "turns": self._count}}
            _log.warning("turns not learnt", extra=context)
        await self._supervisor.cleanup()
