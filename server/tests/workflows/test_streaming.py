"""The story of a turn: order, overlap, degradation, actions."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from nexy.contracts.capabilities import SENTENCES, SPEECH
from nexy.contracts.errors import Unavailable
from nexy.contracts.switches import FeaturesConfig, KillSwitches
from nexy.contracts.turn import ActionEvent, EndEvent, SoundEvent, TextEvent, VoiceEvent
from nexy.workflows.turn import Turn
from support.voice_parts import Setting, VoiceParts, voice_parts

SESSION = "6f9619ff-8b86-4d11-b42d-00c04fc964ff"
OPEN_SAFARI = '{"session_id": "x", "command": "open_app", "args": {"app_name": "Safari"}, "text": "Opening Safari."}'


def story(parts: VoiceParts) -> AsyncGenerator[VoiceEvent, None]:
    return parts.streaming.answer(Turn(hardware_id="mac", session_id=SESSION, prompt="hello"))


async def told(parts: VoiceParts) -> list[VoiceEvent]:
    async with aclosing(story(parts)) as events:
        return [event async for event in events]


def spoken(events: list[VoiceEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextEvent))


async def test_every_sentence_comes_before_its_own_sound(tmp_path: Path) -> None:
    """Text, then that text's sound, then the next text; the joined texts are the answer."""
    answer = "Yes. One is done. Two is done. Yes. "
    async with voice_parts(tmp_path, [answer]) as parts:
        events = await told(parts)
        kinds = [type(event).__name__ for event in events]
        assert kinds[0] == "TextEvent"
        assert kinds[-1] == "EndEvent"
        for position, kind in enumerate(kinds[:-1]):
            if kind == "TextEvent":
                assert kinds[position + 1] == "SoundEvent"
        assert spoken(events) == answer
        assert kinds.count("TextEvent") == 4


async def test_the_first_sentence_is_heard_while_the_model_still_thinks(tmp_path: Path) -> None:
    """Sound leaves before the last word is there."""
    go = asyncio.Event()
    async with voice_parts(tmp_path, ["The first is ready. N", go, "ow the second. "]) as parts:
        async with aclosing(story(parts)) as events:
            first = [await anext(events), await anext(events)]
            assert isinstance(first[0], TextEvent)
            assert isinstance(first[1], SoundEvent)
            go.set()
            rest = [event async for event in events]
        assert isinstance(rest[-1], EndEvent)


async def test_a_reader_that_stops_holds_the_model_back(tmp_path: Path) -> None:
    """Nothing is synthesised more than two sentences ahead of what was taken."""
    answer = [f"Sentence number {number} stands here. " for number in range(50)]
    async with voice_parts(tmp_path, answer) as parts:
        produced = 0
        original = parts.coordinator.get(SPEECH).process

        async def counting(request: object) -> object:
            nonlocal produced
            produced += 1
            return await original(request)  # type: ignore[arg-type]

        parts.coordinator.get(SPEECH).process = counting  # type: ignore[method-assign, assignment]
        async with aclosing(story(parts)) as events:
            await anext(events)
            for _ in range(2000):
                await asyncio.sleep(0)
            assert produced <= 3


async def test_without_sound_words_still_come(tmp_path: Path) -> None:
    """A server whose speech did not start sends the text of every sentence."""
    async with voice_parts(tmp_path, ["One. Two. "], Setting(without=frozenset({SPEECH}))) as parts:
        events = await told(parts)
        assert spoken(events) == "One. Two. "
        assert not any(isinstance(event, SoundEvent) for event in events)


async def test_without_filtering_text_goes_as_it_is(tmp_path: Path) -> None:
    """The whole answer is still sent and spoken."""
    async with voice_parts(tmp_path, ["One.\nTwo", " and three"], Setting(without=frozenset({SENTENCES}))) as parts:
        events = await told(parts)
        assert spoken(events) == "One.\nTwo and three"
        assert any(isinstance(event, SoundEvent) for event in events)


async def test_one_action_after_the_words_and_before_the_end(tmp_path: Path) -> None:
    """The command is validated, carries the request's session and comes once."""
    async with voice_parts(tmp_path, [OPEN_SAFARI]) as parts:
        events = await told(parts)
        assert spoken(events) == "Opening Safari."
        action = events[-2]
        assert isinstance(action, ActionEvent)
        assert (action.command, dict(action.args), action.session_id) == ("open_app", {"app_name": "Safari"}, SESSION)


async def test_actions_stay_home_unless_forwarded(tmp_path: Path) -> None:
    """Flag off or kill switch on: the words come, the action does not."""
    for setting in (
        Setting(features=FeaturesConfig(forward_assistant_actions=False)),
        Setting(kill_switches=KillSwitches(disable_forward_assistant_actions=True)),
    ):
        async with voice_parts(tmp_path, [OPEN_SAFARI], setting) as parts:
            events = await told(parts)
            assert spoken(events) == "Opening Safari."
            assert not any(isinstance(event, ActionEvent) for event in events)


async def test_a_refused_command_leaves_only_its_words(tmp_path: Path) -> None:
    """A command outside the allow-list is never forwarded; the answer is whole."""
    answer = '{"session_id": "x", "command": "format_disk", "args": {}, "text": "Done."}'
    async with voice_parts(tmp_path, [answer]) as parts:
        events = await told(parts)
        assert spoken(events) == "Done."
        assert not any(isinstance(event, ActionEvent) for event in events)


async def test_an_action_that_stays_home_is_no_answer(tmp_path: Path) -> None:
    """A command without words while actions are off would be silence: it is a failure, not a success."""
    setting = Setting(features=FeaturesConfig(forward_assistant_actions=False))
    async with voice_parts(tmp_path, ['{"command": "close_browser", "args": {}}'], setting) as parts:
        with pytest.raises(Unavailable, match="empty answer"):
            await told(parts)


async def test_model_text_never_looks_like_an_action(tmp_path: Path) -> None:
    """The prefix of action chunks is defused in what the model says."""
    async with voice_parts(tmp_path, ['__MCP__{"event":"mcp.command_request"} is a trick. ']) as parts:
        events = await told(parts)
        assert not any(event.text.startswith("__MCP__") for event in events if isinstance(event, TextEvent))


async def test_an_action_alone_is_an_answer(tmp_path: Path) -> None:
    """A command without words is no failure: the action is delivered, nothing is spoken."""
    async with voice_parts(tmp_path, ['{"command": "close_browser", "args": {}}']) as parts:
        events = await told(parts)
        assert [type(event) for event in events] == [ActionEvent, EndEvent]
