"""The streaming workflow with commands, as the model streams them (documented name)."""

import json
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from nexy.contracts.turn import ActionEvent, EndEvent, SoundEvent, TextEvent, VoiceEvent
from nexy.workflows.turn import Turn
from support.voice_parts import VoiceParts, voice_parts

SESSION = "6f9619ff-8b86-4d11-b42d-00c04fc964ff"
ANSWER = json.dumps(
    {
        "session_id": SESSION,
        "command": "browser_use",
        "args": {"task": "open https://example.org/a?b={c}&d=[1,2]"},
        "text": "Yes. I look it up at example.org. Yes.",
    }
)


def chunkings(text: str) -> Iterator[list[str]]:
    for size in (1, 2, 3, 5, 8, 13, 40, len(text)):
        yield [text[start : start + size] for start in range(0, len(text), size)]


async def told(parts: VoiceParts, session: str = SESSION) -> list[VoiceEvent]:
    story = parts.streaming.answer(Turn(hardware_id="mac", session_id=session, prompt="hello"))
    async with aclosing(story) as events:
        return [event async for event in events]


@pytest.mark.parametrize("steps", list(chunkings(ANSWER)), ids=lambda steps: f"{len(steps)} pieces")
async def test_any_chunking_gives_the_same_answer(tmp_path: Path, steps: list[str]) -> None:
    """Words, action and end do not depend on how the model's answer was cut; URLs in arguments arrive whole."""
    async with voice_parts(tmp_path, steps) as parts:
        events = await told(parts)
        assert "".join(event.text for event in events if isinstance(event, TextEvent)) == (
            "Yes. I look it up at example.org. Yes."
        )
        (action,) = [event for event in events if isinstance(event, ActionEvent)]
        assert action.args["task"] == "open https://example.org/a?b={c}&d=[1,2]"
        assert isinstance(events[-1], EndEvent)
        assert isinstance(events[-2], ActionEvent)


async def test_words_are_spoken_before_the_object_is_complete(tmp_path: Path) -> None:
    """With the text first, sound leaves while the command is still being written."""
    import asyncio

    go = asyncio.Event()
    head = '{"session_id": "s", "text": "Opening Safari now. One moment.", '
    async with voice_parts(tmp_path, [head, go, '"command": "open_app", "args": {"app_name": "Safari"}}']) as parts:
        story = parts.streaming.answer(Turn(hardware_id="mac", session_id=SESSION, prompt="hello"))
        async with aclosing(story) as events:
            assert isinstance(await anext(events), TextEvent)
            assert isinstance(await anext(events), SoundEvent)
            go.set()
            rest = [event async for event in events]
        assert any(isinstance(event, ActionEvent) for event in rest)


async def test_the_requests_session_wins(tmp_path: Path) -> None:
    """Whatever session the model names, the action carries the request's."""
    other = "1b4e28ba-2fa1-4d11-883f-0016d3cca427"
    async with voice_parts(tmp_path, [ANSWER]) as parts:
        (action,) = [event for event in await told(parts, other) if isinstance(event, ActionEvent)]
        assert action.session_id == other


@pytest.mark.parametrize(
    "answer",
    [
        "Just words, no command.",
        "Use {braces} and [brackets] freely.",
        '```json\n{"session_id": "s", "command": "open_app", "args": {"app_name": "Safari"}, "text": "Ok."}\n```',
        '{"session_id": "s", "text": "Only text."}',
    ],
)
async def test_no_json_is_ever_spoken(tmp_path: Path, answer: str) -> None:
    """Plain answers pass as they are; of an object only its text is spoken."""
    async with voice_parts(tmp_path, [answer]) as parts:
        spoken = "".join(event.text for event in await told(parts) if isinstance(event, TextEvent))
        assert spoken.strip() in (answer, "Ok.", "Only text.")
        assert '"command"' not in spoken
