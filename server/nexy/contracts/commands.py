"""The commands that an answer may carry: one table for the prompt, the offline brain and the validator."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import assert_never

from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.turn import JsonValue

ACTION_PREFIX = "__MCP__"

BROWSER_FEATURE_ID = "F-2025-015"
MESSAGES_FEATURE_ID = "F-2025-016"

# Between the characters of the prefix a model may hide what a client strips: spaces, soft hyphens, zero-width signs.
_HIDDEN = "[\\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
_PREFIX_LIKE = re.compile(
    f"(_{_HIDDEN}_{_HIDDEN})M{_HIDDEN}C{_HIDDEN}P(?={_HIDDEN}_{_HIDDEN}_)",
    re.IGNORECASE,
)
_NAME_SEPARATORS = re.compile(r"[\s.-]+")


class Feature(StrEnum):
    """What an operator can turn off; a command without a feature is always allowed."""

    BROWSER_USE = "browser_use"
    MESSAGES = "messages"
    WHATSAPP = "whatsapp"
    SUBSCRIPTION = "subscription"

    def is_on(self, features: FeaturesConfig) -> bool:
        """Whether this turn's live values have the feature on."""
        match self:
            case Feature.BROWSER_USE:
                return features.browser_use
            case Feature.MESSAGES:
                return features.messages
            case Feature.WHATSAPP:
                return features.whatsapp
            case Feature.SUBSCRIPTION:
                return features.subscription
            case _:
                assert_never(self)


class ArgumentKind(Enum):
    """What values an argument takes."""

    LINE = "line"
    TEXT = "text"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentSpec:
    """One argument: LINE is a string without line breaks, TEXT may have them, INTEGER lies in the bounds."""

    name: str
    kind: ArgumentKind = ArgumentKind.LINE
    required: bool = False
    default: JsonValue = None
    max_length: int = 2000
    minimum: int = 0
    maximum: int = 0
    strip_suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command: its arguments, the feature it needs, and whether the person confirms it first."""

    name: str
    arguments: tuple[ArgumentSpec, ...] = ()
    feature: Feature | None = None
    confirm: bool = False
    feature_id: str | None = None

    def is_allowed(self, features: FeaturesConfig) -> bool:
        """Whether the features in force let the assistant use the command."""
        return self.feature is None or self.feature.is_on(features)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandPayload:
    """A command as the model wrote it, complete but not validated; `extras` are the keys we do not know."""

    command: str
    args: Mapping[str, JsonValue] = field(default_factory=dict)
    session_id: str | None = None
    extras: Mapping[str, JsonValue] = field(default_factory=dict)


_APP_NAME = ArgumentSpec(name="app_name", required=True, strip_suffix=".app")
_CONTACT = ArgumentSpec(name="contact", required=True)
_MESSAGE = ArgumentSpec(name="message", required=True, kind=ArgumentKind.TEXT)

COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec(name="open_app", arguments=(_APP_NAME,)),
    CommandSpec(name="close_app", arguments=(_APP_NAME,)),
    CommandSpec(
        name="browser_use",
        arguments=(
            ArgumentSpec(name="task", required=True, kind=ArgumentKind.TEXT),
            ArgumentSpec(name="config_preset"),
        ),
        feature=Feature.BROWSER_USE,
        feature_id=BROWSER_FEATURE_ID,
    ),
    CommandSpec(name="close_browser", feature=Feature.BROWSER_USE, feature_id=BROWSER_FEATURE_ID),
    CommandSpec(
        name="read_messages",
        arguments=(
            _CONTACT,
            ArgumentSpec(name="limit", kind=ArgumentKind.INTEGER, default=10, minimum=1, maximum=50),
        ),
        feature=Feature.MESSAGES,
        feature_id=MESSAGES_FEATURE_ID,
    ),
    CommandSpec(
        name="send_message",
        arguments=(_CONTACT, _MESSAGE),
        feature=Feature.MESSAGES,
        confirm=True,
        feature_id=MESSAGES_FEATURE_ID,
    ),
    CommandSpec(
        name="find_contact",
        arguments=(ArgumentSpec(name="query", required=True),),
        feature=Feature.MESSAGES,
        feature_id=MESSAGES_FEATURE_ID,
    ),
    CommandSpec(name="send_whatsapp_message", arguments=(_CONTACT, _MESSAGE), feature=Feature.WHATSAPP, confirm=True),
    CommandSpec(name="read_whatsapp_messages", arguments=(ArgumentSpec(name="contact"),), feature=Feature.WHATSAPP),
    CommandSpec(name="buy_subscription", feature=Feature.SUBSCRIPTION, confirm=True),
    CommandSpec(name="manage_subscription", feature=Feature.SUBSCRIPTION),
)

COMMANDS_BY_NAME: Mapping[str, CommandSpec] = {spec.name: spec for spec in COMMANDS}


def allowed_commands(features: FeaturesConfig) -> tuple[CommandSpec, ...]:
    """The commands that the assistant may use with these features, in the table's order."""
    return tuple(spec for spec in COMMANDS if spec.is_allowed(features))


def normalise_command_name(name: str) -> str:
    """The name as the table writes it: trimmed, lower case, spaces, hyphens and dots as underscores."""
    return _NAME_SEPARATORS.sub("_", name.strip().lower())


def defuse_action_prefix(text: str) -> str:
    """The same words without anything that a client could take for an action chunk: "__MCP__" becomes "__M-C-P__"."""
    if "_" not in text:
        return text
    return _PREFIX_LIKE.sub(r"\1M-C-P", text)
