"""From words to sentences and their sound; a part that is missing is done without."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from nexy.contracts.capabilities import SENTENCES, SPEECH
from nexy.contracts.commands import defuse_action_prefix
from nexy.contracts.sentences import CutSentences, Sentence
from nexy.contracts.speech import Speak
from nexy.contracts.turn import TextEvent, VoiceEvent
from nexy.core.module_coordinator import ModuleCoordinator


async def voiced(
    coordinator: ModuleCoordinator, text: AsyncGenerator[str, None], language: str
) -> AsyncGenerator[VoiceEvent, None]:
    """Per sentence its text, then its sound."""
    first = True
    async with aclosing(await _sentences(coordinator, text)) as sentences:
        async for sentence in sentences:
            yield TextEvent(text=defuse_action_prefix(sentence.text))
            if not (sentence.spoken and coordinator.has(SPEECH)):
                continue
            speak = Speak(text=sentence.spoken, first_of_turn=first, turn_language=language)
            async with aclosing(await coordinator.get(SPEECH).process(speak)) as sound:
                async for chunk in sound:
                    first = False
                    yield chunk


async def _sentences(coordinator: ModuleCoordinator, text: AsyncGenerator[str, None]) -> AsyncGenerator[Sentence, None]:
    if coordinator.has(SENTENCES):
        return await coordinator.get(SENTENCES).process(CutSentences(text=text))
    return _uncut(text)


async def _uncut(text: AsyncGenerator[str, None]) -> AsyncGenerator[Sentence, None]:
    """Without the filtering module the text goes as it is, line by line."""
    waiting = ""
    async with aclosing(text):
        async for fragment in text:
            waiting += fragment
            line, newline, rest = waiting.rpartition("\n")
            if newline:
                yield Sentence(text=line + newline, spoken=line.strip())
                waiting = rest
    if waiting:
        yield Sentence(text=waiting, spoken=waiting.strip())
