"""The story of a turn: words → reply parts → sentences → sound, each stage ahead of the next."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from nexy.contracts.capabilities import PROMPTS, SENTENCES, SPEECH, SWITCHES
from nexy.contracts.commands import defuse_action_prefix
from nexy.contracts.sentences import CutSentences, Sentence
from nexy.contracts.speech import Speak
from nexy.contracts.turn import EndEvent, Screenshot, SoundEvent, TextEvent, VoiceEvent
from nexy.contracts.words import AnswerPrompt
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.core.response_validator import ResponseValidator
from nexy.utils.language import detect_language
from nexy.utils.read_ahead import read_ahead
from nexy.workflows.answer import Answer

TURN_COMPLETE = "TURN_COMPLETE"
_SENTENCE_SHARE = 1 / 2
# With the 2 MiB that the speech engine may hold ahead a turn stays below the 8 MiB of the contract.
_MAX_UNSENT_BYTES = 5 * 1024 * 1024


def _share_of_what_may_wait(event: VoiceEvent) -> float:
    """Two sentences or 5 MiB of sound, whichever comes first."""
    match event:
        case TextEvent():
            return _SENTENCE_SHARE
        case SoundEvent():
            return len(event.data) / _MAX_UNSENT_BYTES
        case _:
            return 0.0


class StreamingWorkflowIntegration:
    """Tells one turn; it holds no state of any request."""

    def __init__(self, coordinator: ModuleCoordinator) -> None:
        self._coordinator = coordinator
        self._validator = ResponseValidator()

    async def answer(
        self, *, prompt: str, session_id: str, screenshot: Screenshot | None = None
    ) -> AsyncGenerator[VoiceEvent, None]:
        """Per sentence its text, then its sound; then at most one action; then the end.

        Raises the `NexyError` that ended the turn early.
        """
        board = self._coordinator.get(SWITCHES).read()
        request = AnswerPrompt(
            prompt=prompt,
            session_id=session_id,
            features=board.features,
            screenshot=screenshot,
            actions_delivered=board.actions_forwarded,
        )
        words = await self._coordinator.get(PROMPTS).process(request)
        answer = Answer(session_id, board, self._validator)
        voiced = self._voiced(answer.speakable(words), detect_language(prompt))
        async with read_ahead(voiced, weight=_share_of_what_may_wait) as ahead:
            while await ahead.ready():
                yield ahead.take()
        if answer.action is not None and board.actions_forwarded:
            yield answer.action
        yield EndEvent(text=TURN_COMPLETE)

    async def _voiced(self, text: AsyncGenerator[str, None], language: str) -> AsyncGenerator[VoiceEvent, None]:
        first = True
        async with aclosing(await self._sentences(text)) as sentences:
            async for sentence in sentences:
                yield TextEvent(text=defuse_action_prefix(sentence.text))
                if not (sentence.spoken and self._coordinator.has(SPEECH)):
                    continue
                speak = Speak(text=sentence.spoken, first_of_turn=first, turn_language=language)
                async with aclosing(await self._coordinator.get(SPEECH).process(speak)) as sound:
                    async for chunk in sound:
                        first = False
                        yield chunk

    async def _sentences(self, text: AsyncGenerator[str, None]) -> AsyncGenerator[Sentence, None]:
        if self._coordinator.has(SENTENCES):
            return await self._coordinator.get(SENTENCES).process(CutSentences(text=text))
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
