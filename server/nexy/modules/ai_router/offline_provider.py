"""The provider that closes every chain: rules for the voice, the syntax tree for code."""

import re
from collections.abc import AsyncGenerator, Callable

from nexy.contracts.completions import Finished, Question, Role
from nexy.contracts.routing import Brief, Verb
from nexy.contracts.routing_table import OFFLINE
from nexy.contracts.words import Chat, WordsBegun, WordsDelta, WordsUsage
from nexy.modules.ai_router.offline_code.brain import CodeBrain
from nexy.modules.ai_router.provider import Enquiry, ProviderEvent

_WORD = re.compile(r"\s*\S+")


class OfflineProvider:
    """Answers at once and for nothing."""

    name = OFFLINE
    model = OFFLINE
    free = True

    def __init__(self, talk: Callable[[Chat], str], brain: CodeBrain) -> None:
        self._talk = talk
        self._brain = brain

    async def stream(self, enquiry: Enquiry, model: str) -> AsyncGenerator[ProviderEvent, None]:
        """The answer, for the voice word by word, then a usage of nothing."""
        yield WordsBegun(provider=self.name, model=self.name, asked=enquiry.question.texts, free=True)
        if enquiry.chat is not None:
            for word in _WORD.findall(self._talk(enquiry.chat)):
                yield WordsDelta(text=word)
        else:
            brief = enquiry.brief or _brief_of(enquiry.question)
            yield WordsDelta(text=await self._brain.work(brief, enquiry.task_type))
        yield WordsUsage(provider=self.name, model=self.name, input_tokens=0, output_tokens=0)
        yield Finished()

    async def close(self) -> None:
        """Release its threads."""
        await self._brain.close()


def _brief_of(question: Question) -> Brief:
    """What was asked last, where the caller gave nothing but messages."""
    asked = [message.text for message in question.messages if message.role is Role.USER]
    return Brief(verb=Verb.ANSWER, text=asked[-1] if asked else "")
