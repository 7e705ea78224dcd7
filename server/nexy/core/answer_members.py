"""What the members of one object in an answer mean: its command, and what is wrong with it."""

from collections.abc import Mapping
from enum import StrEnum

from nexy.contracts.commands import CommandPayload
from nexy.contracts.turn import JsonValue
from nexy.core.json_value import MAX_VALUE_BYTES, Flaw


class Problem(StrEnum):
    """What was wrong with an answer; the caller logs and counts it."""

    TEXT_MISSING = "text_missing"
    TEXT_INVALID = "text_invalid"
    SESSION_ID_MISSING = "session_id_missing"
    COMMAND_INVALID = "command_invalid"
    COMMAND_CONFLICT = "command_conflict"
    ARGS_INVALID = "args_invalid"
    ARGS_INCOMPLETE = "args_incomplete"
    ARGS_TOO_LARGE = "args_too_large"
    ARGS_TOO_DEEP = "args_too_deep"
    EXTRA_DROPPED = "extra_dropped"
    SECOND_COMMAND = "second_command"
    OBJECT_TRUNCATED = "object_truncated"
    OBJECT_IGNORED = "object_ignored"


_ARGS_PROBLEMS = {
    Flaw.INCOMPLETE: Problem.ARGS_INCOMPLETE,
    Flaw.MALFORMED: Problem.ARGS_INVALID,
    Flaw.TOO_LARGE: Problem.ARGS_TOO_LARGE,
    Flaw.TOO_DEEP: Problem.ARGS_TOO_DEEP,
}


class AnswerMembers:
    """Collects the complete members of one object; fails closed where a command is not beyond doubt."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.text_seen = False
        self._commands: list[JsonValue] = []
        self._command_flawed = False
        self._args: JsonValue = None
        self._args_seen = False
        self._args_flaw: Flaw | None = None
        self._session_id: str | None = None
        self._extras: dict[str, JsonValue] = {}
        self._extras_size = 0

    def add(self, key: str, value: JsonValue, *, flaw: Flaw | None, size: int) -> None:
        """One member; `size` is what it takes in bytes of source."""
        match key:
            case "command":
                self._commands.append(value.strip() if isinstance(value, str) else value)
                self._command_flawed = self._command_flawed or flaw is not None
            case "args":
                self._args, self._args_flaw, self._args_seen = value, flaw, True
            case "session_id":
                self._session_id = value.strip() if isinstance(value, str) else None
            case "text":
                self._add_text(value, flaw)
            case _:
                self._add_extra(key, value, flaw, size)

    def payload(self, *, closed: bool) -> CommandPayload | None:
        """The command, or None with the reason in `problems`; `closed` says that the object had its end."""
        if not closed:
            self.problems.append(Problem.OBJECT_TRUNCATED)
        command = self._command()
        if command is None:
            if not self.text_seen and not self.has_command:
                self.problems.append(Problem.OBJECT_IGNORED)
            return None
        if not self.text_seen:
            self.problems.append(Problem.TEXT_MISSING)
        args = self._checked_args(closed)
        if args is None:
            return None
        if not self._session_id:
            self.problems.append(Problem.SESSION_ID_MISSING)
        return CommandPayload(command=command, args=args, session_id=self._session_id or None, extras=self._extras)

    @property
    def has_command(self) -> bool:
        """Whether the object names a command at all, usable or not."""
        return self._command_flawed or any(name not in (None, "") for name in self._commands)

    def _command(self) -> str | None:
        if not self.has_command:
            return None
        name = self._commands[0]
        if self._command_flawed or any(not isinstance(other, str | None) for other in self._commands):
            self.problems.append(Problem.COMMAND_INVALID)
        elif any(other != name for other in self._commands):
            self.problems.append(Problem.COMMAND_CONFLICT)
        elif isinstance(name, str):
            return name
        return None

    def _checked_args(self, closed: bool) -> Mapping[str, JsonValue] | None:
        if self._args_flaw is not None:
            self.problems.append(_ARGS_PROBLEMS[self._args_flaw])
        elif not self._args_seen and not closed:
            self.problems.append(Problem.ARGS_INCOMPLETE)
        elif self._args is None:
            return {}
        elif isinstance(self._args, dict):
            return self._args
        else:
            self.problems.append(Problem.ARGS_INVALID)
        return None

    def _add_text(self, value: JsonValue, flaw: Flaw | None) -> None:
        if value is None and flaw is None:
            return
        self.text_seen = True
        if isinstance(value, bool | dict):
            self.problems.append(Problem.TEXT_INVALID)

    def _add_extra(self, key: str, value: JsonValue, flaw: Flaw | None, size: int) -> None:
        size += len(key)
        if flaw is not None or not key or self._extras_size + size > MAX_VALUE_BYTES:
            self.problems.append(Problem.EXTRA_DROPPED)
            return
        self._extras[key] = value
        self._extras_size += size
