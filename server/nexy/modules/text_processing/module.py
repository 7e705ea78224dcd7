"""The capability `text_processing`: a person's prompt, asked in the way that models understand."""

from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar

from nexy.config.sections import PromptsConfig
from nexy.contracts.capabilities import WORDS
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, R, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.words import AnswerPrompt, Chat, GenerateWords, WordsEvent
from nexy.modules.text_processing.prompt_sections import system_prompt


class TextProcessingModule(UniversalModuleInterface):
    """Answers `AnswerPrompt` by asking the source of words with the system prompt of the features in force."""

    requires: ClassVar[Sequence[str]] = (WORDS,)

    def __init__(self) -> None:
        self._config = PromptsConfig()
        self._words: UniversalModuleInterface | None = None
        self._handlers = RequestHandlers()
        self._handlers.on(AnswerPrompt, self._answer)

    async def initialize(self, section: PromptsConfig, peers: Peers) -> None:
        """Remember whom to ask; raises `Unavailable` without a source of words."""
        self._config = section
        self._words = peers.get(WORDS)

    async def process(self, request: Request[R]) -> R:
        """Answer one request; the words are the caller's generator to close."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Let go of the source of words."""
        self._words = None

    def status(self) -> ModuleStatus:
        """Running from `initialize` to `cleanup`."""
        return ModuleStatus(state=ModuleState.STOPPED if self._words is None else ModuleState.RUNNING)

    async def _answer(self, request: AnswerPrompt) -> AsyncGenerator[WordsEvent, None]:
        if self._words is None:
            raise Unavailable("The text processing is not running.", code="text_processing_stopped")
        system = system_prompt(
            request.features,
            request.memory,
            max_memory_characters=self._config.max_memory_characters,
            actions_delivered=request.actions_delivered,
            found=request.found or (),
            max_found_characters=self._config.max_found_characters,
        )
        chat = Chat(
            prompt=request.prompt,
            system=system,
            session_id=request.session_id,
            features=request.features,
            screenshot=request.screenshot,
            memory=request.memory,
            memory_reach=request.memory_reach,
            foreseen=request.foreseen,
            actions_delivered=request.actions_delivered,
            found=request.found,
        )
        return await self._words.process(GenerateWords(chat=chat))
