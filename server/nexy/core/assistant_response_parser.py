"""The model's answer taken apart while it arrives: words to speak at once, and at most one command.

An answer is prose, or a JSON object `{session_id, command, args, text}` with whatever a model puts around it.
Any `{"key":` begins an object; objects are never spoken, only their "text" is. Everything else is prose.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from nexy.contracts.commands import CommandPayload
from nexy.core.answer_edges import (
    Leftover,
    ObjectBegins,
    ObjectGoesOn,
    Prose,
    Wait,
    after_object,
    at_opener,
    is_markup_only,
    run_of_backticks,
)
from nexy.core.answer_members import Problem
from nexy.core.answer_object import AnswerObject
from nexy.core.json_tokens import Cursor
from nexy.core.spoken import Spoken

_OPENER = re.compile(r"[{\[`]")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEnd:
    """The end of an answer: the words still held back, its command, and what was wrong with it."""

    text: str
    command: CommandPayload | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantResponse:
    """A whole answer: what is spoken, and the command if it has a complete one."""

    text_response: str
    command_payload: CommandPayload | None
    problems: tuple[Problem, ...] = ()


class AssistantResponseParser:
    """One answer, fed as it comes; the text returned does not depend on where the fragments were cut."""

    def __init__(self) -> None:
        self._cursor = Cursor()
        self._spoken = Spoken()
        self._object = AnswerObject(self._cursor, self._spoken)
        self._step: Callable[[], bool] = self._in_prose
        self._in_plain_prose = False
        self._fenced = False
        self._code_run = 0
        self._command: CommandPayload | None = None
        self._command_seen = False
        self._problems: list[Problem] = []

    def feed(self, fragment: str) -> str:
        """The speakable text that is certain now, often all of `fragment`, possibly empty."""
        if self._in_plain_prose and "{" not in fragment and "[" not in fragment and "`" not in fragment:
            self._spoken.tail = fragment[-1:] or self._spoken.tail
            return fragment
        self._cursor.push(fragment)
        return self._advance()

    def finish(self) -> AnswerEnd:
        """What is left once no more text comes; a truncated object gives its words and, if whole, its command."""
        self._cursor.final = True
        text = self._advance()
        if self._step != self._in_prose:
            self._settle()
        return AnswerEnd(text=text, command=self._command, problems=tuple(self._problems))

    def _advance(self) -> str:
        while self._step():
            pass
        self._in_plain_prose = self._step == self._in_prose and self._cursor.exhausted and not self._spoken.blank
        return self._spoken.drain()

    def _in_prose(self) -> bool:
        """Say everything up to the next character that may begin an object."""
        cursor = self._cursor
        opener = _OPENER.search(cursor.text, cursor.at)
        self._say_to(opener.start() if opener else len(cursor.text))
        return opener is not None and self._at_opener()

    def _at_opener(self) -> bool:
        run = run_of_backticks(self._cursor)
        if run and self._closes_code(run):
            return self._end_code(run)
        match at_opener(self._cursor, blank=self._spoken.blank):
            case ObjectBegins(end=end, fenced=fenced):
                self._begin_object(end, fenced)
            case Prose(end=end):
                if run >= 3 or not self._code_run:
                    self._code_run = run
                self._say_to(end)
            case Wait():
                return self._cursor.final and self._give_up_waiting()
            case unknown:
                assert_never(unknown)
        return True

    def _closes_code(self, run: int) -> bool:
        return run >= 3 if self._code_run >= 3 else run == self._code_run

    def _end_code(self, run: int) -> bool:
        end = self._cursor.at + run
        if end == len(self._cursor.text) and not self._cursor.final:
            return False
        self._code_run = 0
        self._say_to(end)
        return True

    def _give_up_waiting(self) -> bool:
        held = self._cursor.text[self._cursor.at :]
        if not is_markup_only(held):
            self._spoken.say(held)
        elif "{" in held:
            self._problems.append(Problem.OBJECT_TRUNCATED)
        self._cursor.at = len(self._cursor.text)
        return False

    def _begin_object(self, end: int, fenced: bool) -> None:
        self._cursor.at = end
        self._fenced = self._fenced or fenced
        self._spoken.seam()
        self._object = AnswerObject(self._cursor, self._spoken)
        self._step = self._in_object

    def _in_object(self) -> bool:
        self._object.read()
        if self._object.done:
            self._step = self._behind_object
        return self._object.done

    def _behind_object(self) -> bool:
        match after_object(self._cursor, fenced=self._fenced):
            case ObjectGoesOn(end=end):
                self._cursor.at = end
                self._object.reopen()
                self._step = self._in_object
            case Leftover(end=end, fence=fence, object_follows=object_follows):
                self._cursor.at = end
                self._fenced = self._fenced and not fence
                if object_follows:
                    self._end_object()
            case Prose():
                self._code_run, self._fenced = (3, False) if self._fenced else (0, False)
                self._end_object()
            case Wait():
                return False
            case unknown:
                assert_never(unknown)
        return True

    def _end_object(self) -> None:
        self._settle()
        self._spoken.seam()
        self._step = self._in_prose

    def _settle(self) -> None:
        """Take the object's command; only the first object that names one counts, even if it is refused."""
        payload = self._object.payload()
        members = self._object.members
        if members.has_command and self._command_seen:
            self._problems.append(Problem.SECOND_COMMAND)
            return
        self._problems.extend(members.problems)
        self._command_seen = self._command_seen or members.has_command
        self._command = self._command or payload

    def _say_to(self, end: int) -> None:
        cursor = self._cursor
        self._spoken.say(cursor.text[cursor.at : end])
        cursor.at = end


def parse_assistant_response(answer: str) -> AssistantResponse:
    """A whole answer at once; `text_response` has no blank edges and is empty when nothing is to be said."""
    parser = AssistantResponseParser()
    spoken = parser.feed(answer)
    end = parser.finish()
    return AssistantResponse(
        text_response=(spoken + end.text).strip(), command_payload=end.command, problems=end.problems
    )
