"""What every capability module is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar, overload

from nexy.contracts.capability import Capability
from nexy.contracts.request import Request

R = TypeVar("R")
M = TypeVar("M")


class ModuleState(StrEnum):
    """Where a module stands in its life."""

    ABSENT = "absent"
    STARTING = "starting"
    RUNNING = "running"
    DEGRADED = "degraded"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleStatus:
    """A module's state and, where it is not simply running, the reason in one line without secrets.

    `parts` are the states of what the module is made of, by name, where it has more than one.
    """

    state: ModuleState
    detail: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)


class Peers(Protocol):
    """The parts that a module declared in `requires` or `wants`."""

    @overload
    def get(self, capability: Capability[M]) -> M: ...
    @overload
    def get(self, capability: str) -> Any: ...  # noqa: ANN401  a plain string carries no type
    def get(self, capability: str) -> Any:
        """The part with this name; raises `Unavailable` when it is not running."""
        ...


class UniversalModuleInterface(ABC):
    """One capability: started with its section and its peers, asked by requests, stopped once.

    What it `requires` runs before it, or it does not start. What it `wants` starts before it too, but may be missing:
    `Peers.get` then raises `Unavailable` at the moment of asking.
    """

    requires: ClassVar[Sequence[str]] = ()
    wants: ClassVar[Sequence[str]] = ()

    @abstractmethod
    async def initialize(self, section: Any, peers: Peers) -> None:  # noqa: ANN401  each module knows its section
        """Start with the module's own configuration section; raises `NexyError` when it cannot."""

    @abstractmethod
    async def process(self, request: Request[R]) -> R:
        """Answer one request; a streaming reply is an `AsyncGenerator` for the caller to close."""

    @abstractmethod
    async def cleanup(self) -> None:
        """Release everything; safe after a failed `initialize` and when called twice."""

    @abstractmethod
    def status(self) -> ModuleStatus:
        """The present state, without blocking."""
