"""Starts modules in the order of their needs, finds them by name, stops them in reverse."""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeVar, overload

from nexy.contracts.capability import Capability
from nexy.contracts.errors import ConfigurationInvalid, NexyError, StartFailed, Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, UniversalModuleInterface

M = TypeVar("M")
_log = logging.getLogger("nexy.coordinator")


@dataclass(frozen=True, slots=True)
class _PeersOf:
    """What one module may reach: only what it declared."""

    owner: str
    allowed: frozenset[str]
    coordinator: "ModuleCoordinator"

    def get(self, capability: str) -> Any:  # noqa: ANN401  the overloads of Peers carry the types
        """The declared part; raises `Unavailable` for an undeclared one, because its start order is not known."""
        if capability not in self.allowed:
            raise Unavailable(
                f"{self.owner} does not declare {capability!r} in requires or wants", code="undeclared_peer"
            )
        return self.coordinator.get(capability)


class ModuleCoordinator:
    """Owns every module of the process; ports such as the clock are provided, modules are registered."""

    def __init__(self, optional: Collection[str] = ()) -> None:
        self._optional = frozenset(optional)
        self._registered: dict[str, UniversalModuleInterface] = {}
        self._provided: dict[str, object] = {}
        self._running: dict[str, object] = {}
        self._failed: dict[str, str] = {}
        self._started: list[str] = []

    def provide(self, capability: Capability[M], part: M) -> None:
        """Offer a port that has no life cycle of its own."""
        self._provided[capability] = part
        self._running[capability] = part

    def register(self, capability: str, module: UniversalModuleInterface) -> None:
        """Take a module that is not yet started; raises `StartFailed` when the name is taken."""
        if capability in self._registered or capability in self._provided:
            raise StartFailed(f"the capability {capability!r} is registered twice")
        self._registered[capability] = module

    async def initialize(self, section_of: Callable[[str], object]) -> None:
        """Start everything; an optional module that fails is named in `status`, a required one ends the start.

        Raises `StartFailed` on a cycle, an unknown need or a required module that cannot start; what had
        started by then stays until `cleanup`.
        """
        for capability in self._start_order():
            await self._start(capability, section_of(capability))

    def _start_order(self) -> list[str]:
        needs = {name: [need for need in module.requires if need not in self._provided]
                 for name, module in self._registered.items()}  # fmt: skip
        for name, wanted in needs.items():
            unknown = [need for need in wanted if need not in self._registered]
            if unknown:
                raise StartFailed(f"{name} requires {', '.join(unknown)}, which nothing provides")
        wishes = {name: [wish for wish in module.wants if wish in self._registered]
                  for name, module in self._registered.items()}  # fmt: skip
        try:
            return list(TopologicalSorter({name: [*needs[name], *wishes[name]] for name in needs}).static_order())
        except CycleError as cycle:
            raise StartFailed(f"modules require each other in a circle: {' → '.join(cycle.args[1])}") from cycle

    async def _start(self, capability: str, section: object) -> None:
        module = self._registered[capability]
        self._started.append(capability)
        try:
            self._refuse_missing_needs(module)
            peers = _PeersOf(capability, frozenset((*module.requires, *module.wants)), self)
            await module.initialize(section, peers)
        except NexyError as problem:
            # A wrong value is the operator's to mend, not a part to do without.
            if capability not in self._optional or isinstance(problem, ConfigurationInvalid):
                raise StartFailed(f"{capability}: {problem.message}", field=problem.field) from problem
            self._failed[capability] = problem.message
            context = {"decision": "degrade", "ctx": {"module": capability, "code": problem.code}}
            _log.warning("optional module failed to start: %s", problem.message, extra=context)
        else:
            self._running[capability] = module

    def _refuse_missing_needs(self, module: UniversalModuleInterface) -> None:
        missing = [need for need in module.requires if need not in self._running]
        if missing:
            raise Unavailable(f"needs {', '.join(missing)}, which did not start")

    @overload
    def get(self, capability: Capability[M]) -> M: ...
    @overload
    def get(self, capability: str) -> Any: ...  # noqa: ANN401  a plain string carries no type
    def get(self, capability: str) -> Any:
        """The running part; raises `Unavailable` that names it otherwise."""
        part = self._running.get(capability)
        if part is None:
            reason = self._failed.get(capability, "not part of this server")
            raise Unavailable(f"{capability} is not running: {reason}", code="module_unavailable")
        return part

    def has(self, capability: str) -> bool:
        """Whether the part runs."""
        return capability in self._running

    def status(self) -> Mapping[str, ModuleStatus]:
        """The state of every registered module, failed ones with their reason."""
        return {name: self._status_of(name, module) for name, module in self._registered.items()}

    def _status_of(self, name: str, module: UniversalModuleInterface) -> ModuleStatus:
        if name in self._failed:
            return ModuleStatus(state=ModuleState.FAILED, detail=self._failed[name])
        return module.status()

    async def cleanup(self) -> None:
        """Stop what was started, in reverse; a module that fails to stop does not keep the others from it."""
        while self._started:
            capability = self._started.pop()
            self._running.pop(capability, None)
            try:
                await self._registered[capability].cleanup()
            except (NexyError, OSError) as problem:
                context = {"decision": "error", "ctx": {"module": capability, "error": type(problem).__name__}}
                _log.error("cleanup failed: %s", problem, extra=context)
