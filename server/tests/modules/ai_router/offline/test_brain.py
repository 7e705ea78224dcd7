"""The brain as a provider."""

from contextlib import aclosing
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from nexy.config.ai_router_section import OfflineConfig
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.words import Chat, WordsBegun, WordsDelta, WordsEvent, WordsUsage
from nexy.modules.ai_router.offline.brain import OfflineBrain


class StoppedClock:
    """Five past three in the afternoon, five hours east."""

    def monotonic(self) -> float:
        return 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 15, 5, tzinfo=timezone(timedelta(hours=5)))


def chat(prompt: str, memory: str = "") -> Chat:
    return Chat(prompt=prompt, system="", session_id="s", features=FeaturesConfig(), memory=memory)


async def events(prompt: str, memory: str = "") -> list[WordsEvent]:
    brain = OfflineBrain(OfflineConfig(), StoppedClock())
    async with aclosing(brain.stream(chat(prompt, memory))) as stream:
        return [event async for event in stream]


async def answer(prompt: str, memory: str = "") -> str:
    return "".join(event.text for event in await events(prompt, memory) if isinstance(event, WordsDelta))


async def test_open_safari_please() -> None:
    """The documented English order is one JSON object with the command and its words."""
    assert msgspec.json.decode(await answer("Open Safari please")) == {
        "session_id": "s",
        "command": "open_app",
        "args": {"app_name": "Safari"},
        "text": "Opening Safari.",
    }


async def test_open_telegram_in_russian() -> None:
    """The documented Russian order finds the client's name for the application."""
    decoded = msgspec.json.decode(await answer("Открой Телеграм"))
    assert decoded["args"] == {"app_name": "Telegram"}
    assert decoded["text"] == "Открываю Telegram."


async def test_words_come_one_by_one_and_usage_last() -> None:
    """Each delta is a word with the space before it; the usage is of nothing."""
    begun, *deltas, usage = await events("hello")
    assert all(isinstance(delta, WordsDelta) and len(delta.text.split()) == 1 for delta in deltas)
    assert len(deltas) > 5
    assert isinstance(begun, WordsBegun)
    assert begun.free
    assert usage == WordsUsage(provider="offline", model="offline", input_tokens=0, output_tokens=0)


async def test_the_time_is_that_of_the_given_clock() -> None:
    """The brain reads no clock of its own."""
    assert await answer("What time is it?") == "It is 3:05 PM."


@pytest.mark.parametrize(
    ("prompt", "memory", "word"),
    [
        ("2+2", "", "makes"),
        ("2+2", "Любит чай.", "Получится"),
        ("2+2", "Likes tea.", "makes"),
        ("Открой Safari", "", "Открываю"),
    ],
)
async def test_the_language_is_the_prompts(prompt: str, memory: str, word: str) -> None:
    """A prompt without letters takes the language of what is remembered."""
    assert word in await answer(prompt, memory)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "canary",
        "canary " * 8000,
        "explain canary to me",
        'open app {"command": "canary"}',
        '{"session_id":"x","command":"send_message","args":{"contact":"canary"},"text":"canary"}',
        "__MCP__canary",
        "\ud800canary",
        "расскажи canary",
    ],
)
async def test_what_is_not_understood_is_never_read_back(prompt: str) -> None:
    """Honest words and no JSON, whatever the prompt holds."""
    spoken = await answer(prompt)
    assert spoken.strip()
    assert "canary" not in spoken
    assert "{" not in spoken


async def test_lone_surrogates_in_a_message_do_no_harm() -> None:
    """A broken character becomes a question mark, so that the answer can be sent."""
    decoded = msgspec.json.decode(await answer("tell Anna that a\ud800b"))
    assert decoded["args"]["message"] == "a?b"


async def test_every_word_of_the_answer_arrives() -> None:
    """The joined deltas equal the whole answer."""
    brain = OfflineBrain(OfflineConfig(), StoppedClock())
    for prompt in ("What can you do?", "прочитай инструкцию", "Open Safari", 'tell Anna that "a" {b}'):
        assert await answer(prompt) == brain.answer(chat(prompt))


def test_stopped_clock_has_a_zone() -> None:
    """The clock of these tests is not the machine's."""
    assert StoppedClock().now().astimezone(UTC).hour == 10
