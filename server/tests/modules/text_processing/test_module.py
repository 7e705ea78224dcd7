"""The capability as the coordinator sees it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

import pytest

from nexy.config.sections import PromptsConfig
from nexy.contracts.capabilities import WORDS
from nexy.contracts.errors import Internal, Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, R, UniversalModuleInterface
from nexy.contracts.request import Request
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.turn import Screenshot
from nexy.contracts.words import AnswerPrompt, Chat, GenerateWords, WordsDelta, WordsEvent
from nexy.modules.text_processing.module import TextProcessingModule

SEEN = Screenshot(data="QUJD")
ASKED = AnswerPrompt(
    prompt="Hi", session_id="s", features=FeaturesConfig(messages=False), screenshot=SEEN, memory="Likes tea."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strange(Request[None]):
    """A request that the module does not know."""


class Echo(UniversalModuleInterface):
    """A source of words that keeps what it was asked."""

    def __init__(self, failure: Unavailable | None = None) -> None:
        self.chats: list[Chat] = []
        self.open = 0
        self.failure = failure

    async def initialize(self, section: Any, peers: Any) -> None:
        raise NotImplementedError

    async def process(self, request: Request[R]) -> R:
        assert isinstance(request, GenerateWords)
        self.chats.append(request.chat)
        return cast(R, self._words())

    async def _words(self) -> AsyncGenerator[WordsEvent, None]:
        self.open += 1
        try:
            yield WordsDelta(text="one")
            if self.failure is not None:
                raise self.failure
            yield WordsDelta(text="two")
        finally:
            self.open -= 1

    async def cleanup(self) -> None:
        raise NotImplementedError

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING)

    def get(self, capability: str) -> Any:
        assert capability == WORDS
        return self


async def started(words: Echo) -> TextProcessingModule:
    module = TextProcessingModule()
    await module.initialize(PromptsConfig(), words)
    return module


async def test_the_question_reaches_the_source_of_words_whole() -> None:
    """Prompt, session, picture, memory and features go on; the system prompt is that of the features."""
    words = Echo()
    module = await started(words)
    async with aclosing(await module.process(ASKED)) as events:
        assert [event async for event in events] == [WordsDelta(text="one"), WordsDelta(text="two")]
    (chat,) = words.chats
    assert (chat.prompt, chat.session_id, chat.screenshot, chat.memory) == ("Hi", "s", SEEN, "Likes tea.")
    assert chat.features == ASKED.features
    assert "Likes tea." in chat.system
    assert "open_app" in chat.system
    assert "send_message" not in chat.system


async def test_closing_the_answer_closes_the_source() -> None:
    """The generator is the source's own: an interrupt has no layer more to pass."""
    words = Echo()
    module = await started(words)
    async with aclosing(await module.process(ASKED)) as events:
        await anext(events)
        assert words.open == 1
    assert words.open == 0


async def test_a_failure_of_the_source_is_passed_on() -> None:
    """No failure is turned into words here."""
    failure = Unavailable("down")
    module = await started(Echo(failure))
    with pytest.raises(Unavailable) as caught:
        async with aclosing(await module.process(ASKED)) as events:
            async for _ in events:
                pass
    assert caught.value is failure


async def test_before_and_after_its_life_it_is_unavailable() -> None:
    """A module that is not running says so."""
    module = TextProcessingModule()
    assert module.status().state is ModuleState.STOPPED
    with pytest.raises(Unavailable):
        await module.process(ASKED)
    await module.initialize(PromptsConfig(), Echo())
    assert module.status().state is ModuleState.RUNNING
    await module.cleanup()
    await module.cleanup()
    assert module.status().state is ModuleState.STOPPED


async def test_an_unknown_request_is_a_defect_of_the_caller() -> None:
    """Only AnswerPrompt is answered."""
    module = await started(Echo())
    with pytest.raises(Internal):
        await module.process(Strange())


def test_it_needs_the_source_of_words() -> None:
    """The start order follows from what the module requires."""
    assert TextProcessingModule.requires == ("ai_router",)
