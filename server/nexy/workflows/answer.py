"""The state of one answer while it is being made; it lives exactly as long as its turn."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import assert_never

from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.contracts.switches import SwitchBoard
from nexy.contracts.turn import ActionEvent
from nexy.contracts.words import WordsBegun, WordsDelta, WordsEvent, WordsUsage
from nexy.core.assistant_response_parser import AnswerEnd, AssistantResponseParser
from nexy.core.response_validator import ResponseValidator
from nexy.workflows.turn import Turn

_log = logging.getLogger("nexy.streaming")


class Answer:
    """Separates the words to speak from the command, and tells the turn what the model used."""

    def __init__(self, turn: Turn, board: SwitchBoard, validator: ResponseValidator) -> None:
        self._turn = turn
        self._board = board
        self._validator = validator
        self._parser = AssistantResponseParser()
        self.action: ActionEvent | None = None

    async def speakable(self, words: AsyncGenerator[WordsEvent, None]) -> AsyncGenerator[str, None]:
        """The text to speak, as early as it is certain; raises `Unavailable` when the model said nothing."""
        anything = False
        async with aclosing(words):
            async for event in words:
                self._turn.meter.note(event)
                match event:
                    case WordsDelta():
                        text = self._parser.feed(event.text)
                        if text:
                            anything = anything or not text.isspace()
                            yield text
                    case WordsBegun() | WordsUsage():
                        pass
                    case _:
                        assert_never(event)
        end = self._parser.finish()
        self.action = self._accepted(end)
        if end.text:
            yield end.text
        acts = self.action is not None and self._board.actions_forwarded
        if not (anything or end.text.strip() or acts):
            raise Unavailable("the model gave an empty answer", code="empty_answer")

    def _accepted(self, end: AnswerEnd) -> ActionEvent | None:
        for problem in end.problems:
            _log.warning("answer mended", extra={"decision": "degrade", "ctx": {"problem": problem}})
        if end.command is None:
            return None
        try:
            checked = self._validator.check(end.command, self._board.features, self._turn.session_id)
        except ValidationFailed as refused:
            context = {"decision": "abort", "ctx": {"code": refused.code, "field": refused.field}}
            _log.warning("command refused", extra=context)
            return None
        if checked.dropped:
            context = {"decision": "degrade", "ctx": {"dropped": list(checked.dropped)}}
            _log.warning("unknown arguments dropped", extra=context)
        return checked.action
