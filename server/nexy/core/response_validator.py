"""Which commands of the model reach the client: the table, cut down to the features in force; fails closed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from nexy.contracts.commands import (
    COMMANDS_BY_NAME,
    ArgumentKind,
    ArgumentSpec,
    CommandPayload,
    CommandSpec,
    normalise_command_name,
)
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.turn import ActionEvent, JsonValue

# Names that our own envelope uses on the wire: a model must not be able to set them.
RESERVED_NAMES = frozenset({"event", "payload", "confirm", "feature_id", "session_id", "command", "args", "text"})

_DIGITS = re.compile(r"[0-9]{1,9}")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TEXT_LAYOUT = frozenset("\n\r\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCommand:
    """A command that may be sent, and the model's keys that were left out of it, sorted."""

    action: ActionEvent
    dropped: tuple[str, ...] = ()


class ResponseValidator:
    """Turns what the model asked for into an action, or refuses it with `ValidationFailed`.

    Codes: "unknown_command", "command_not_allowed", "argument_missing", "argument_invalid". Messages name the
    table's own words only, never what the model wrote.
    """

    def validate(self, payload: CommandPayload, features: FeaturesConfig, session_id: str) -> ActionEvent:
        """The action for the client; `session_id` is the request's and wins over the model's."""
        return self.check(payload, features, session_id).action

    def check(self, payload: CommandPayload, features: FeaturesConfig, session_id: str) -> CheckedCommand:
        """Like `validate`, and tells which of the model's keys were dropped."""
        spec = _find(payload.command, features)
        known = {argument.name for argument in spec.arguments}
        extras = {key: value for key, value in payload.extras.items() if key not in RESERVED_NAMES}
        dropped = (payload.args.keys() - known) | (payload.extras.keys() - extras.keys())
        action = ActionEvent(
            command=spec.name,
            args=_checked_arguments(spec, payload.args),
            session_id=session_id,
            confirm=spec.confirm,
            feature_id=spec.feature_id,
            extras=extras,
        )
        return CheckedCommand(action=action, dropped=tuple(sorted(dropped)))


def _find(command: str, features: FeaturesConfig) -> CommandSpec:
    spec = COMMANDS_BY_NAME.get(normalise_command_name(command))
    if spec is None:
        raise ValidationFailed("the command is not in the table", code="unknown_command", field="command")
    if not spec.is_allowed(features):
        raise ValidationFailed(f"{spec.name} is turned off", code="command_not_allowed", field="command")
    return spec


def _checked_arguments(spec: CommandSpec, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The arguments in the table's order, with the defaults of those left out."""
    checked: dict[str, JsonValue] = {}
    for argument in spec.arguments:
        value = given.get(argument.name)
        if value is not None:
            checked[argument.name] = _checked(spec, argument, value)
        elif argument.required:
            raise _refusal(spec, argument, "is required", code="argument_missing")
        elif argument.default is not None:
            checked[argument.name] = argument.default
    return checked


def _checked(spec: CommandSpec, argument: ArgumentSpec, value: JsonValue) -> JsonValue:
    match argument.kind:
        case ArgumentKind.LINE | ArgumentKind.TEXT:
            return _checked_string(spec, argument, value)
        case ArgumentKind.INTEGER:
            return _checked_integer(spec, argument, value)
        case _:
            assert_never(argument.kind)


def _checked_string(spec: CommandSpec, argument: ArgumentSpec, value: JsonValue) -> str:
    if not isinstance(value, str):
        raise _refusal(spec, argument, "is not a string")
    # Measured before anything else looks at it: the bound is also what the checks below may cost.
    if len(value) > argument.max_length:
        raise _refusal(spec, argument, f"is longer than {argument.max_length} characters")
    layout = _TEXT_LAYOUT if argument.kind is ArgumentKind.TEXT else frozenset()
    text = _without_suffix(value.strip(), argument.strip_suffix)
    if any(unicodedata.category(sign) in _REFUSED_CATEGORIES and sign not in layout for sign in text):
        raise _refusal(spec, argument, "holds control characters")
    if not text:
        raise _refusal(spec, argument, "is empty")
    return text


def _checked_integer(spec: CommandSpec, argument: ArgumentSpec, value: JsonValue) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _refusal(spec, argument, "is not a whole number")
    if not argument.minimum <= value <= argument.maximum:
        raise _refusal(spec, argument, f"is not in {argument.minimum}..{argument.maximum}")
    return value


def _without_suffix(text: str, suffix: str) -> str:
    if suffix and text.lower().endswith(suffix):
        return text[: -len(suffix)].rstrip()
    return text


def _refusal(
    spec: CommandSpec, argument: ArgumentSpec, reason: str, *, code: str = "argument_invalid"
) -> ValidationFailed:
    return ValidationFailed(f"{spec.name}: {argument.name} {reason}", code=code, field=f"args.{argument.name}")
