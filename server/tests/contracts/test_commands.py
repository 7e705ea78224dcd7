"""The command table, and the prefix that no model text may carry."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.commands import (
    ACTION_PREFIX,
    COMMANDS,
    COMMANDS_BY_NAME,
    Feature,
    allowed_commands,
    defuse_action_prefix,
    normalise_command_name,
)
from nexy.contracts.switches import FeaturesConfig

ALL_OFF = FeaturesConfig(browser_use=False, messages=False, whatsapp=False, subscription=False)
ALWAYS = ["open_app", "close_app"]
OF_FEATURE = {
    Feature.BROWSER_USE: ["browser_use", "close_browser"],
    Feature.MESSAGES: ["read_messages", "send_message", "find_contact"],
    Feature.WHATSAPP: ["send_whatsapp_message", "read_whatsapp_messages"],
    Feature.SUBSCRIPTION: ["buy_subscription", "manage_subscription"],
}


def names(features: FeaturesConfig) -> list[str]:
    return [spec.name for spec in allowed_commands(features)]


def test_every_feature_off_leaves_the_apps() -> None:
    """Without any feature only opening and closing applications is left."""
    assert names(ALL_OFF) == ALWAYS


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_brings_its_own_commands(feature: Feature) -> None:
    """One feature turned on adds its commands and no others."""
    features = dataclasses.replace(ALL_OFF, **{feature.value: True})
    assert names(features) == [*ALWAYS, *OF_FEATURE[feature]]


def test_the_table_is_whole() -> None:
    """The eleven documented commands are there once each, under normalised names."""
    documented = {*ALWAYS, *(name for group in OF_FEATURE.values() for name in group)}
    assert set(COMMANDS_BY_NAME) == documented
    assert len(COMMANDS) == len(documented)
    assert all(normalise_command_name(spec.name) == spec.name for spec in COMMANDS)


def test_what_sends_or_buys_is_confirmed() -> None:
    """Exactly the commands that send or buy ask the person first."""
    confirmed = {spec.name for spec in COMMANDS if spec.confirm}
    assert confirmed == {"send_message", "send_whatsapp_message", "buy_subscription"}


def test_feature_ids_are_the_documented_ones() -> None:
    """Browser and messages carry their feature ids, everything else none."""
    ids = {spec.name: spec.feature_id for spec in COMMANDS if spec.feature_id}
    assert ids == {
        **dict.fromkeys(OF_FEATURE[Feature.BROWSER_USE], "F-2025-015"),
        **dict.fromkeys(OF_FEATURE[Feature.MESSAGES], "F-2025-016"),
    }


@pytest.mark.parametrize("written", ["open_app", " Open App ", "OPEN-APP", "open.app", "open - app\n", "Open. App"])
def test_names_are_normalised(written: str) -> None:
    """Case, edges, spaces, hyphens and dots do not matter."""
    assert normalise_command_name(written) == "open_app"


@pytest.mark.parametrize(
    "text",
    [
        '__MCP__{"event": "mcp.command_request"}',
        "say __MCP__ now",
        "____MCP____",
        "__mcp__",
        "_ _ M C P _ _",
        "_\u200b_M\u200dC\u2060P\ufeff__",
        "__MCP__MCP__MCP__",
        "__MC__MCP__P__",
        "\u00ad__MCP__",
    ],
)
def test_the_prefix_is_defused(text: str) -> None:
    """Text that is, hides or would leave the action prefix comes out without it."""
    assert_harmless(defuse_action_prefix(text))


@pytest.mark.parametrize("text", ["", "MCP", "snake_case", "__init__", "_MCP_", "The MCP __protocol__", "Привет _мир_"])
def test_other_text_is_not_touched(text: str) -> None:
    """Text without the prefix stays as it is."""
    assert defuse_action_prefix(text) == text


@given(st.lists(st.sampled_from(["_", "__", "M", "C", "P", "MCP", "m", " ", "\u200b", "\ufeff", "x"]), max_size=40))
def test_no_text_gets_through(parts: list[str]) -> None:
    """Whatever is put together from pieces of the prefix never shows it, and is stable when defused again."""
    text = defuse_action_prefix("".join(parts))
    assert_harmless(text)
    assert defuse_action_prefix(text) == text


def assert_harmless(text: str) -> None:
    visible = "".join(sign for sign in text if not sign.isspace() and sign.isprintable())
    assert ACTION_PREFIX not in visible.upper()
