"""The provider that closes every chain."""

import re
from collections.abc import AsyncGenerator

from nexy.config.ai_router_section import OfflineConfig
from nexy.contracts.clock import Clock
from nexy.contracts.words import Chat, WordsBegun, WordsDelta, WordsEvent, WordsUsage
from nexy.modules.ai_router.offline.answers import Setting, answer_to, remembered_facts
from nexy.modules.ai_router.offline.intents import CodePlaces, Topic
from nexy.modules.ai_router.offline.recall import recalled
from nexy.modules.ai_router.offline.understand import understand
from nexy.utils.language import detect_language

_WORD = re.compile(r"\s*\S+")


class OfflineBrain:
    """Answers at once, by rules alone, in the language of the prompt (Russian or English)."""

    name = "offline"

    def __init__(self, limits: OfflineConfig, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock

    def answer(self, chat: Chat) -> str:
        """The whole answer. A prompt without letters is answered in the language of what is remembered."""
        prompt = chat.prompt.encode("utf-8", "replace").decode()
        language = detect_language(prompt[: self._limits.max_prompt_characters], detect_language(chat.memory))
        intent = understand(prompt, language=language, limits=self._limits)
        if intent is Topic.UNKNOWN and chat.found is not None:
            intent = CodePlaces(hits=chat.found)
        intent = recalled(intent, prompt[: self._limits.max_prompt_characters], chat, remembered_facts(chat.memory))
        setting = Setting(chat=chat, language=language, now=self._clock.now(), limits=self._limits)
        return answer_to(intent, setting)

    async def stream(self, chat: Chat) -> AsyncGenerator[WordsEvent, None]:
        """The answer word by word without delay, then a usage of nothing."""
        yield WordsBegun(provider=self.name, model=self.name, asked=(chat.system, chat.prompt), free=True)
        for word in _WORD.findall(self.answer(chat)):
            yield WordsDelta(text=word)
        yield WordsUsage(provider=self.name, model=self.name, input_tokens=0, output_tokens=0)

    async def close(self) -> None:
        """Nothing to release."""
