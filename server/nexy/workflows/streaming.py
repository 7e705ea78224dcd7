"""The story of a turn: memory once → words → reply parts → sentences → sound, each stage ahead of the next."""

from collections.abc import AsyncGenerator

from nexy.contracts.capabilities import PROMPTS, SWITCHES
from nexy.contracts.switches import SwitchBoard
from nexy.contracts.turn import EndEvent, SoundEvent, TextEvent, VoiceEvent
from nexy.contracts.words import AnswerPrompt, WordsDelta, WordsEvent
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.core.response_validator import ResponseValidator
from nexy.utils.language import detect_language
from nexy.utils.read_ahead import read_ahead
from nexy.workflows.answer import Answer
from nexy.workflows.code_questions import CodeQuestions
from nexy.workflows.memory import MemoryWorkflowIntegration
from nexy.workflows.turn import Turn
from nexy.workflows.voiced import voiced

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

    def __init__(
        self, coordinator: ModuleCoordinator, memory: MemoryWorkflowIntegration, code: CodeQuestions | None = None
    ) -> None:
        self._coordinator = coordinator
        self._code = code
        self._memory = memory
        self._validator = ResponseValidator()

    async def answer(self, turn: Turn) -> AsyncGenerator[VoiceEvent, None]:
        """Per sentence its text, then its sound; then at most one action; then the end.

        Raises the `NexyError` that ended the turn early; what was sent by then is learnt from all the same.
        """
        board = self._coordinator.get(SWITCHES).read()
        answer = Answer(turn, board, self._validator)
        try:
            words = await self._words(turn, board)
            spoken = voiced(self._coordinator, answer.speakable(words), detect_language(turn.prompt))
            async with read_ahead(spoken, weight=_share_of_what_may_wait) as ahead:
                while await ahead.ready():
                    yield ahead.take()
            if answer.action is not None and board.actions_forwarded:
                yield answer.action
            yield EndEvent(text=TURN_COMPLETE)
        finally:
            self._learn(turn)

    async def _words(self, turn: Turn, board: SwitchBoard) -> AsyncGenerator[WordsEvent, None]:
        turn.memory = await self._memory.get_memory_context_parallel(turn.hardware_id)
        told = await self._memory.obey_forget_order(turn.hardware_id, turn.prompt, turn.memory)
        if told is not None:
            turn.answered_by_us = True
            return _just(told)
        request = AnswerPrompt(
            prompt=turn.prompt,
            session_id=turn.session_id,
            features=board.features,
            screenshot=turn.screenshot,
            memory=turn.memory.text,
            memory_reach=turn.memory.reach,
            foreseen=await self._memory.foresee(turn.memory, turn.prompt),
            actions_delivered=board.actions_forwarded,
            found=await self._code.places(turn.hardware_id, turn.prompt) if self._code else None,
        )
        return await self._coordinator.get(PROMPTS).process(request)

    def _learn(self, turn: Turn) -> None:
        if turn.anything_sent and not turn.answered_by_us:
            self._memory.learn_in_background(
                hardware_id=turn.hardware_id,
                turn_id=turn.turn_id,
                prompt=turn.prompt,
                answer=turn.answer,
                old=turn.memory,
            )


async def _just(text: str) -> AsyncGenerator[WordsEvent, None]:
    yield WordsDelta(text=text)
