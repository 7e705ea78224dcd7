"""The validator: what the table allows goes through exactly, everything else is refused with its code."""

import pytest

from nexy.contracts.commands import COMMANDS, CommandPayload, CommandSpec
from nexy.contracts.errors import ErrorType, ValidationFailed
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.turn import ActionEvent, JsonValue
from nexy.core.response_validator import RESERVED_NAMES, ResponseValidator

SESSION = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
ALL_ON = FeaturesConfig(browser_use=True, messages=True, whatsapp=True, subscription=True)
VALID: dict[str, dict[str, JsonValue]] = {
    "open_app": {"app_name": "Safari"},
    "close_app": {"app_name": "Почта"},
    "browser_use": {"task": "find https://a.b/?c={d}\nand click", "config_preset": "fast"},
    "close_browser": {},
    "read_messages": {"contact": "אמא", "limit": 10},
    "send_message": {"contact": "Анна", "message": "Привет!\n\tЯ еду 🎉"},
    "find_contact": {"query": "Ann"},
    "send_whatsapp_message": {"contact": "Ann", "message": "Hi"},
    "read_whatsapp_messages": {"contact": "Ann"},
    "buy_subscription": {},
    "manage_subscription": {},
}


def validate(command: str, args: dict[str, JsonValue] | None = None, features: FeaturesConfig = ALL_ON) -> ActionEvent:
    return ResponseValidator().validate(CommandPayload(command=command, args=args or {}), features, SESSION)


def refusal(
    command: str, args: dict[str, JsonValue] | None = None, features: FeaturesConfig = ALL_ON
) -> tuple[str, str | None]:
    """The code and the field of the refusal."""
    with pytest.raises(ValidationFailed) as caught:
        validate(command, args, features)
    assert caught.value.error_type is ErrorType.VALIDATION_FAILED
    return caught.value.code, caught.value.field


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_every_command_of_the_table_passes(spec: CommandSpec) -> None:
    """A well-formed command becomes an action with its arguments, confirmation and feature id."""
    assert validate(spec.name, VALID[spec.name]) == ActionEvent(
        command=spec.name,
        args=VALID[spec.name],
        session_id=SESSION,
        confirm=spec.confirm,
        feature_id=spec.feature_id,
    )


@pytest.mark.parametrize("spec", [spec for spec in COMMANDS if spec.feature], ids=lambda spec: spec.name)
def test_a_feature_that_is_off_refuses_its_commands(spec: CommandSpec) -> None:
    """A command whose feature is off is refused, however well-formed."""
    off = FeaturesConfig(browser_use=False, messages=False, whatsapp=False, subscription=False)
    assert refusal(spec.name, VALID[spec.name], off) == ("command_not_allowed", "command")


@pytest.mark.parametrize("name", ["", "rm", "open_app; rm", "openapp", "__class__", "оpen_app", "open_app\x00"])
def test_unknown_commands_are_refused(name: str) -> None:
    """A name outside the table is refused, look-alike letters included, and never repeated in the message."""
    with pytest.raises(ValidationFailed) as caught:
        validate(name, {"app_name": "Safari"})
    assert caught.value.code == "unknown_command"
    assert not name or name not in caught.value.message


def test_the_name_is_normalised() -> None:
    """The action carries the table's own name."""
    assert validate(" Open-App ", {"app_name": "Safari"}).command == "open_app"


@pytest.mark.parametrize(
    ("command", "args", "missing"),
    [
        ("open_app", {}, "app_name"),
        ("open_app", {"app_name": None}, "app_name"),
        ("open_app", {"name": "Safari"}, "app_name"),
        ("browser_use", {"config_preset": "fast"}, "task"),
        ("read_messages", {"limit": 3}, "contact"),
        ("send_message", {"contact": "Ann"}, "message"),
        ("find_contact", {}, "query"),
        ("send_whatsapp_message", {"message": "Hi"}, "contact"),
    ],
)
def test_required_arguments_are_required(command: str, args: dict[str, JsonValue], missing: str) -> None:
    """A required argument that is missing or null is named in the refusal."""
    assert refusal(command, args) == ("argument_missing", f"args.{missing}")


@pytest.mark.parametrize(
    "value",
    [
        5,
        1.5,
        True,
        ["Safari"],
        {"a": 1},
        "",
        "  \n",
        ".app",
        "x" * 2001,
        "a\x00b",
        "a\x1bb",
        "a\nb",
        "a\u2028b",
        "a\ud800",
    ],
)
def test_bad_lines_are_refused(value: JsonValue) -> None:
    """Wrong types, blank, over-long and control characters are refused in a one-line argument."""
    assert refusal("open_app", {"app_name": value}) == ("argument_invalid", "args.app_name")


@pytest.mark.parametrize("value", ["", " ", "a\x00", "a\x07b", "a\x7fb", "a\u2029b", "x" * 2001, 7])
def test_bad_texts_are_refused(value: JsonValue) -> None:
    """A message may have lines and tabs, but no other control characters."""
    assert refusal("send_message", {"contact": "Ann", "message": value}) == ("argument_invalid", "args.message")


def test_an_optional_argument_is_checked_too() -> None:
    """An argument that may be left out must still be right when given."""
    assert validate("read_whatsapp_messages").args == {}
    assert refusal("read_whatsapp_messages", {"contact": 5}) == ("argument_invalid", "args.contact")


@pytest.mark.parametrize(("given", "expected"), [(1, 1), (50, 50), ("7", 7), (" 12 ", 12), (None, 10)])
def test_limits_are_taken(given: JsonValue, expected: int) -> None:
    """Whole numbers of 1 to 50, also as digits, are taken; none means ten."""
    assert validate("read_messages", {"contact": "Ann", "limit": given}).args["limit"] == expected


@pytest.mark.parametrize(
    "given", [0, 51, -1, "0", "51", "-3", "3.0", 3.0, True, "ten", "", "٣", "9" * 5000, 10**30, [1]]
)
def test_bad_limits_are_refused(given: JsonValue) -> None:
    """Numbers out of bounds and anything that is not a plain whole number are refused."""
    assert refusal("read_messages", {"contact": "Ann", "limit": given}) == ("argument_invalid", "args.limit")


@pytest.mark.parametrize("name", ["Safari.app", " Safari.APP ", "Safari", "Safari .app"])
def test_the_app_suffix_is_stripped(name: str) -> None:
    """An application is named without ".app" and without blank edges."""
    assert validate("open_app", {"app_name": name}).args == {"app_name": "Safari"}


def test_the_longest_string_passes() -> None:
    """Two thousand characters are allowed."""
    assert validate("browser_use", {"task": "x" * 2000}).args == {"task": "x" * 2000}


def test_unknown_arguments_are_dropped_and_told() -> None:
    """Arguments that the table does not know do not reach the client."""
    payload = CommandPayload(command="open_app", args={"app_name": "Safari", "sudo": True, "argv": ["-x"]})
    checked = ResponseValidator().check(payload, ALL_ON, SESSION)
    assert checked.action.args == {"app_name": "Safari"}
    assert checked.dropped == ("argv", "sudo")


def test_the_session_of_the_request_wins() -> None:
    """The model's session_id is never used."""
    payload = CommandPayload(command="close_browser", session_id="someone else's")
    assert ResponseValidator().validate(payload, ALL_ON, SESSION).session_id == SESSION


def test_extras_pass_but_not_under_our_names() -> None:
    """The model's other keys travel along; those that our envelope uses are dropped and told."""
    forged: dict[str, JsonValue] = dict.fromkeys(RESERVED_NAMES, False)
    payload = CommandPayload(command="buy_subscription", extras={"mood": "fine", **forged})
    checked = ResponseValidator().check(payload, ALL_ON, SESSION)
    assert checked.action.extras == {"mood": "fine"}
    assert checked.action.confirm is True
    assert checked.dropped == tuple(sorted(RESERVED_NAMES))


def test_a_refusal_never_repeats_the_model() -> None:
    """What the model wrote stays out of the message, which may be logged."""
    with pytest.raises(ValidationFailed) as caught:
        validate("send_message", {"contact": "Ann", "message": "secret\x00secret"})
    assert "secret" not in caught.value.message
    assert "Ann" not in caught.value.message
