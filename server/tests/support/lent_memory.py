"""A memory on a real database behind whole turns, and words that a test gives it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from nexy.config.ai_router_section import OfflineConfig
from nexy.contracts.capabilities import MEMORY, PROMPTS, WORDS
from nexy.contracts.memory import LearnFromTurn
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request
from nexy.contracts.turn import ActionEvent, TextEvent, VoiceRequest
from nexy.contracts.words import Chat, GenerateWords, WordsDelta, WordsEvent
from nexy.modules.ai_router.offline.brain import OfflineBrain
from nexy.modules.text_processing.module import TextProcessingModule
from nexy.utils.clock import SystemClock
from support.memory import DEVICE, Memory
from support.voice_parts import Setting, VoiceParts, voice_parts

R = TypeVar("R")
SESSION = "6f9619ff-8b86-4d11-b42d-00c04fc964ff"


class LentMemory(UniversalModuleInterface):
    """The running module of a test, started and stopped by the test; `learnt` counts the turns that were."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._one_more = asyncio.Condition()
        self.learnt = 0

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        answer = await self._memory.module.process(request)
        if isinstance(request, LearnFromTurn):
            async with self._one_more:
                self.learnt += 1
                self._one_more.notify_all()
        return answer

    async def reached(self, count: int) -> None:
        """Wait until so many turns have been learnt."""
        async with asyncio.timeout(30), self._one_more:
            await self._one_more.wait_for(lambda: self.learnt >= count)

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)


class ChattingWords(UniversalModuleInterface):
    """Stands where the source of words stands and answers by a function of the chat; the offline brain by default."""

    def __init__(self, answer: Callable[[Chat], str] | None = None) -> None:
        self._answer = answer or OfflineBrain(OfflineConfig(), SystemClock()).answer
        self.chats: list[Chat] = []

    async def initialize(self, section: object, peers: Peers) -> None: ...

    async def process(self, request: Request[R]) -> R:
        assert isinstance(request, GenerateWords)
        self.chats.append(request.chat)
        return self._said(self._answer(request.chat))  # type: ignore[return-value]

    async def _said(self, answer: str) -> AsyncGenerator[WordsEvent, None]:
        yield WordsDelta(text=answer)

    async def cleanup(self) -> None: ...

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)


class Talk:
    """Whole turns of one device, each learnt before the next where it is learnt at all."""

    def __init__(self, parts: VoiceParts, lent: LentMemory) -> None:
        self._parts = parts
        self._lent = lent

    async def say(self, prompt: str, *, learns: bool = True) -> str:
        """The words of the answer; an action in it fails the test."""
        before = self._lent.learnt
        request = VoiceRequest(hardware_id=DEVICE, session_id=SESSION, prompt=prompt)
        async with self._parts.integration.stream(), self._parts.integration.reply(request) as events:
            told = [event async for event in events]
        assert not [event for event in told if isinstance(event, ActionEvent)]
        if learns:
            await self._lent.reached(before + 1)
        return "".join(event.text for event in told if isinstance(event, TextEvent)).strip()


@asynccontextmanager
async def talking(home: Path, memory: Memory, words: ChattingWords | None = None) -> AsyncIterator[Talk]:
    """Real parts from admission to the database; answers come from the words, without them from a script."""
    lent = LentMemory(memory)
    extra: dict[str, UniversalModuleInterface] = {MEMORY: lent}
    if words is not None:
        extra |= {PROMPTS: TextProcessingModule(), WORDS: words}
    async with voice_parts(home, setting=Setting(extra=extra, sentence_seconds=0.01)) as parts:
        yield Talk(parts, lent)
