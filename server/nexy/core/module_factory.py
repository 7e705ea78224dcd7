"""Creates modules by the name of their capability."""

import importlib
from collections.abc import Mapping
from importlib.metadata import entry_points

from nexy.contracts.errors import StartFailed
from nexy.contracts.module import UniversalModuleInterface

ENTRY_POINT_GROUP = "nexy.modules"

_MODULE_REGISTRY: dict[str, str] = {
    "global_flags": "nexy.modules.global_flags.module:GlobalFlagProvider",
    "coordination": "nexy.modules.coordination.module:CoordinationModule",
    "session_management": "nexy.modules.session_management.module:SessionManagementModule",
    "interrupt_handling": "nexy.modules.interrupt_handling.module:InterruptHandlingModule",
    "ai_router": "nexy.modules.ai_router.module:AiRouterModule",
    "text_processing": "nexy.modules.text_processing.module:TextProcessingModule",
    "text_filtering": "nexy.modules.text_filtering.module:TextFilteringModule",
    "audio_generation": "nexy.modules.audio_generation.module:AudioGenerationModule",
    "database": "nexy.modules.database.module:DatabaseModule",
    "outbox": "nexy.modules.outbox.module:OutboxModule",
    "history": "nexy.modules.history.module:HistoryModule",
    "memory_management": "nexy.modules.memory_management.module:MemoryManagementModule",
    "token_usage": "nexy.modules.token_usage.module:TokenUsageModule",
    "sensor_streams": "nexy.modules.sensor_streams.module:SensorStreamsModule",
    "access": "nexy.modules.access.module:AccessModule",
    "code_search": "nexy.modules.code_search.module:CodeSearchModule",
}

LASTING_MODULES = frozenset({"database", "outbox", "history", "memory_management", "token_usage", "code_search"})
"""What needs the database."""

OPTIONAL_MODULES = LASTING_MODULES | {
    "access", "audio_generation", "text_filtering", "interrupt_handling", "sensor_streams",
}  # fmt: skip
"""What the server can do without: it starts degraded and says so."""

PLANNED_MODULES = (
    "subscription",
    "update",
    "automation",
    "browser_use",
)
"""Capabilities of the specification without a part yet: /status names them `absent`."""


class ModuleFactory:
    """Knows our own modules and those that installed packages add through the entry-point group.

    This is the one place that imports a module by a computed name.
    """

    def __init__(self, registry: Mapping[str, str] | None = None) -> None:
        self._registry = dict(_MODULE_REGISTRY if registry is None else registry)
        self.third_party: frozenset[str] = frozenset()

    def discover(self) -> None:
        """Add the modules of installed packages; raises `StartFailed` when one takes a name that exists."""
        added = {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}
        for capability, target in sorted(added.items()):
            if capability in self._registry:
                raise StartFailed(
                    f"entry point {ENTRY_POINT_GROUP}: {target} claims the capability {capability!r}, "
                    f"which {self._registry[capability]} already has; rename it in that package"
                )
            self._registry[capability] = target
        self.third_party = frozenset(added)

    @property
    def capabilities(self) -> tuple[str, ...]:
        """Every capability that can be created."""
        return tuple(self._registry)

    def create(self, capability: str) -> UniversalModuleInterface:
        """A new, not yet started module; raises `StartFailed` naming the registry line that is wrong."""
        target = self._registry.get(capability)
        if target is None:
            raise StartFailed(f"no module is registered for the capability {capability!r}")
        module_name, _, class_name = target.partition(":")
        try:
            made = getattr(importlib.import_module(module_name), class_name)()
        except (ImportError, AttributeError) as problem:
            raise StartFailed(f"{capability}: cannot load {target}: {problem}") from problem
        if not isinstance(made, UniversalModuleInterface):
            raise StartFailed(f"{capability}: {target} is not a UniversalModuleInterface")
        return made
