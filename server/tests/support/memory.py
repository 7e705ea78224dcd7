"""The memory module with a scripted model, on whatever database a test has."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.database import Database
from nexy.contracts.errors import NexyError
from nexy.contracts.memory import Fact, Foreseen, LearnFromTurn, Learnt, ListFacts, MemoryContext, Recall
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request
from nexy.contracts.words import GenerateWords, WordsDelta, WordsEvent, WordsUsage
from nexy.modules.memory_management.module import MemoryManagementModule
from support.clock import FakeClock
from support.peers import FakePeers

R = TypeVar("R")
DEVICE = "a-mac"
TEA = Fact(fact_id="1", text="Likes tea", state="active", learned_at="2026-11-21T10:43:05")
Reply = str | NexyError


class ScriptedAnalyst(UniversalModuleInterface):
    """Stands where the source of words stands and answers by a function of the question; `asked` is what it saw."""

    def __init__(self, answer: Callable[[dict[str, Any]], Reply], provider: str = "scripted") -> None:
        self._answer = answer
        self._provider = provider
        self.asked: list[dict[str, Any]] = []

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        assert isinstance(request, GenerateWords)
        self.asked.append(msgspec.json.decode(request.chat.prompt))
        return self._said(self._answer(self.asked[-1]))  # type: ignore[return-value]

    async def _said(self, reply: Reply) -> AsyncGenerator[WordsEvent, None]:
        if isinstance(reply, NexyError):
            raise reply
        for start in range(0, len(reply), 7):
            yield WordsDelta(text=reply[start : start + 7])
        yield WordsUsage(provider=self._provider, model="m", input_tokens=10, output_tokens=5, request_id="r1")

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)


def ops(*entries: tuple[str, str, str]) -> str:
    """A model's reply of (op, subject, text)."""
    return msgspec.json.encode([{"op": op, "subject": subject, "text": text} for op, subject, text in entries]).decode()


def turn(
    prompt: str, answer: str = "Fine.", *, device: str = DEVICE, old: MemoryContext | None = None
) -> LearnFromTurn:
    """A finished turn."""
    return LearnFromTurn(hardware_id=device, turn_id="", prompt=prompt, answer=answer, old=old or MemoryContext())


class Memory:
    """A running module and short words for what tests do with it."""

    def __init__(self, module: MemoryManagementModule, clock: FakeClock) -> None:
        self.module = module
        self.clock = clock

    async def learn(self, *prompts: str, device: str = DEVICE) -> int:
        """Learn the turns in order; returns how many facts changed."""
        return sum([(await self.module.process(turn(prompt, device=device))).changes for prompt in prompts])

    async def facts(self, device: str = DEVICE) -> Sequence[str]:
        """What holds now."""
        return (await self.module.process(Recall(hardware_id=device))).facts

    async def short_term(self, device: str = DEVICE) -> str:
        """What the talk is about."""
        return (await self.module.process(Recall(hardware_id=device))).short_term

    async def history(self, device: str = DEVICE) -> Sequence[Fact]:
        """Everything, oldest first."""
        return await self.module.process(ListFacts(hardware_id=device, history=True))


@asynccontextmanager
async def running_memory(
    database: Database, config: MemoryConfig | None = None, **peers: object
) -> AsyncIterator[Memory]:
    """The module on this database, with the peers given and a clock that a test moves."""
    clock = FakeClock()
    module = MemoryManagementModule()
    given = FakePeers(database=database, clock=clock, **peers)
    await module.initialize(config or MemoryConfig(learn_pause_seconds=0), given)
    try:
        yield Memory(module, clock)
    finally:
        await module.cleanup()


class ToldMemory(UniversalModuleInterface):
    """Stands where the memory module stands: `asked` is what it was asked, `answers` what it replies by request class.

    A reply that is an error is raised; `delay` seconds pass before each reply.
    """

    def __init__(self, delay: float = 0.0, **answers: object) -> None:
        self.delay = delay
        self.answers = {
            "Recall": MemoryContext(facts=("Likes tea",)),
            "LearnFromTurn": Learnt(changes=1),
            "Forget": (TEA,),
            "Foresee": Foreseen(),
            **answers,
        }
        self.asked: list[Request[Any]] = []

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        self.asked.append(request)
        if self.delay:
            await asyncio.sleep(self.delay)
        answer = self.answers[type(request).__name__]
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value]

    def count(self, kind: type[Request[Any]]) -> int:
        """How often it was asked this."""
        return sum(isinstance(request, kind) for request in self.asked)

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)
