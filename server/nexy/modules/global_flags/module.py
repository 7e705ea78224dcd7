"""The one owner of live values."""

import asyncio
import logging
from pathlib import Path
from typing import TypeVar

from nexy.config.sections import FlagsSection
from nexy.config.switches_file import read_switches, switched, switches_path
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.switches import FeaturesConfig, KillSwitches, SwitchBoard
from nexy.modules.global_flags.epochs import InterruptEpochs
from nexy.utils.supervisor import TaskSupervisor

R = TypeVar("R")
_log = logging.getLogger("nexy.global_flags")


class GlobalFlagProvider(UniversalModuleInterface):
    """`Switches`: configured values with NEXY_HOME/switches.yaml above them, and the devices' interrupt epochs.

    The file is looked at every `poll_seconds`. While it is broken the last good values stay in force, at start the
    configured ones, and `status` is degraded with the reason.
    """

    def __init__(self) -> None:
        self._section = FlagsSection(home="")
        self._board = SwitchBoard(features=FeaturesConfig(), kill_switches=KillSwitches())
        self._epochs = InterruptEpochs(self._section.max_interrupted_devices)
        self._seen: tuple[int, ...] = ()
        self._broken = ""
        self._state = ModuleState.STOPPED
        self._handlers = RequestHandlers()
        self._tasks = TaskSupervisor("global_flags")

    async def initialize(self, section: FlagsSection, peers: Peers) -> None:
        """Take the configured values, lay the file over them and begin to watch it."""
        self._section = section
        self._board = self._configured
        self._epochs = InterruptEpochs(section.max_interrupted_devices)
        self._reload_when_changed()
        self._tasks.spawn(self._watch())
        self._state = ModuleState.RUNNING

    async def process(self, request: Request[R]) -> R:
        """Nothing is asked by request: the values are a port, because every turn reads them."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Stop watching."""
        await self._tasks.cleanup()
        self._state = ModuleState.STOPPED

    def status(self) -> ModuleStatus:
        """Degraded while the file cannot be used."""
        if self._state is ModuleState.RUNNING and self._broken:
            return ModuleStatus(state=ModuleState.DEGRADED, detail=self._broken)
        return ModuleStatus(state=self._state)

    def read(self) -> SwitchBoard:
        """The values in force now."""
        return self._board

    def interrupt_epoch(self, hardware_id: str) -> int:
        """How often this device was interrupted."""
        return self._epochs.current(hardware_id)

    def raise_interrupt_epoch(self, hardware_id: str) -> int:
        """Count one interrupt of this device."""
        return self._epochs.advance(hardware_id)

    def check_interrupt_flag(self, hardware_id: str, began_with: int) -> bool:
        """Whether the device was interrupted after its turn began."""
        return self._epochs.current(hardware_id) > began_with

    @property
    def _configured(self) -> SwitchBoard:
        return SwitchBoard(features=self._section.features, kill_switches=self._section.kill_switches)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._section.poll_seconds)
            self._reload_when_changed()

    def _reload_when_changed(self) -> None:
        home = Path(self._section.home)
        look = _fingerprint(switches_path(home))
        if look == self._seen:
            return
        self._seen = look
        try:
            board = switched(self._configured, read_switches(home))
        except ConfigurationInvalid as problem:
            self._broken = problem.message
            extra = {"decision": "degrade", "ctx": {"key": problem.field}}
            _log.warning("switches.yaml is not used: %s", problem.message, extra=extra)
            return
        self._broken = ""
        self._put_in_force(board)

    def _put_in_force(self, board: SwitchBoard) -> None:
        if board != self._board:
            self._board = board
            extra = {"decision": "switch", "ctx": {"actions": board.actions_forwarded, "work": board.accepts_work}}
            _log.info("live values changed: %s", board, extra=extra)


def _fingerprint(file: Path) -> tuple[int, ...]:
    """What differs when the file was replaced or written to; empty without a file."""
    try:
        seen = file.stat()
    except OSError:
        return ()
    return (seen.st_mtime_ns, seen.st_size, seen.st_ino, seen.st_mode)
