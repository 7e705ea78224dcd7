"""The one owner of live values."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from nexy.config.routing_file import packaged_routing, read_routing, routing_path
from nexy.config.sections import FlagsSection
from nexy.config.switches_file import read_switches, switched, switches_path
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.routing_table import RoutingTable
from nexy.contracts.switches import FeaturesConfig, KillSwitches, SwitchBoard
from nexy.modules.global_flags.epochs import InterruptEpochs
from nexy.modules.global_flags.watched_file import WatchedFile
from nexy.utils.supervisor import TaskSupervisor

R = TypeVar("R")
_log = logging.getLogger("nexy.global_flags")


class GlobalFlagProvider(UniversalModuleInterface):
    """`Switches`: configured values with NEXY_HOME/switches.yaml above them, the routing table with
    NEXY_HOME/routing.yaml above it, and the devices' interrupt epochs.

    The files are looked at every `poll_seconds`. While one is broken its last good values stay in force, at start
    the configured ones, and `status` is degraded with the reason.
    """

    def __init__(self) -> None:
        self._section = FlagsSection(home="")
        self._board = SwitchBoard(features=FeaturesConfig(), kill_switches=KillSwitches())
        self._epochs = InterruptEpochs(self._section.max_interrupted_devices)
        self._state = ModuleState.STOPPED
        self._handlers = RequestHandlers()
        self._tasks = TaskSupervisor("global_flags")

    async def initialize(self, section: FlagsSection, peers: Peers) -> None:
        """Take the configured values, lay the file over them and begin to watch it."""
        home = Path(section.home)
        self._section = section
        self._board = self._configured
        self._epochs = InterruptEpochs(section.max_interrupted_devices)
        self._switches: WatchedFile[Mapping[str, bool]] = WatchedFile(
            switches_path(home), lambda: read_switches(home), {}
        )
        self._routing: WatchedFile[RoutingTable] = WatchedFile(
            routing_path(home), lambda: read_routing(home), packaged_routing()
        )
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
        """Degraded while a file cannot be used."""
        if self._state is not ModuleState.RUNNING:
            return ModuleStatus(state=self._state)
        broken = "; ".join(filter(None, (self._switches.broken, self._routing.broken)))
        return ModuleStatus(state=ModuleState.DEGRADED if broken else ModuleState.RUNNING, detail=broken)

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
        return SwitchBoard(
            features=self._section.features, kill_switches=self._section.kill_switches, routing=packaged_routing()
        )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._section.poll_seconds)
            self._reload_when_changed()

    def _reload_when_changed(self) -> None:
        if self._switches.look():
            self._board = board = replace(switched(self._configured, self._switches.value), routing=self._board.routing)
            extra = {"decision": "switch", "ctx": {"actions": board.actions_forwarded, "work": board.accepts_work}}
            _log.info("live values changed: %s %s", board.features, board.kill_switches, extra=extra)
        if self._routing.look():
            self._board = replace(self._board, routing=self._routing.value)
            extra = {"decision": "switch", "ctx": {"rules": len(self._routing.value.rules)}}
            _log.info("routing table changed", extra=extra)
