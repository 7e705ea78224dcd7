"""Small real modules for tests of the coordinator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from nexy.contracts.errors import NexyError
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo(Request[str]):
    """Say it back."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Request[int]):
    """A request that nobody answers."""


class EchoModule(UniversalModuleInterface):
    """Answers `Echo`, writes its life into a journal, and can be told to fail at start."""

    def __init__(
        self, name: str = "echo", journal: list[str] | None = None, requires: Sequence[str] = (),
        failure: NexyError | None = None, wants: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.name = name
        self.journal = [] if journal is None else journal
        self.requires = requires  # type: ignore[misc]  an instance of its own for each test
        self.wants = wants  # type: ignore[misc]
        self.failure = failure
        self.peers: Peers | None = None
        self.section: object = None
        self._state = ModuleState.STARTING
        self._handlers = RequestHandlers()

    async def initialize(self, section: object, peers: Peers) -> None:
        if self.failure is not None:
            raise self.failure
        self.section, self.peers = section, peers
        self.journal.append(f"start {self.name}")
        self._handlers.on(Echo, self._echo)
        self._state = ModuleState.RUNNING

    async def _echo(self, request: Echo) -> str:
        return f"{self.name}: {request.text}"

    async def process(self, request: Request[R]) -> R:
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        self.journal.append(f"stop {self.name}")
        self._state = ModuleState.STOPPED

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=self._state)
