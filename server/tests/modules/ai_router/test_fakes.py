"""The fakes themselves: deterministic, true to their wires, and runnable as programs."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec
import pytest

from nexy.contracts.completions import FinishReason, ToolCall
from support import fake_anthropic_script, fake_gemini_script
from support.fake_anthropic import FakeAnthropic
from support.fake_gemini import FakeGemini
from support.fake_script import Fault, Frames, Script
from support.fake_server import FakeServer

TESTS = Path(__file__).parents[2]
CALL = ToolCall(id="c", name="now", arguments='{"zone":"UTC"}')


async def ask(url: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.post(url, data=b"{}") as answer:
        assert answer.content_type == "text/event-stream"
        return await answer.read()


def events(frames: Frames) -> list[dict[str, object]]:
    """The data of every event."""
    lines = frames.whole.decode().replace("\r\n", "\n").split("\n")
    return [msgspec.json.decode(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


async def test_scripts_are_played_in_order_and_the_last_for_ever() -> None:
    """Each request takes the next script; when they are used up, the last one is repeated."""
    async with FakeAnthropic() as fake:
        fake.play(Script(answer="one"), Script(answer="two"))
        answers = [await ask(f"{fake.base_url}/v1/messages") for _ in range(3)]
    assert [b'"one"' in answer for answer in answers] == [True, False, False]
    assert answers[1] == answers[2]


def test_anthropics_events_are_those_of_its_documentation() -> None:
    """Claude docs, "Streaming messages": the flow of events, each named by a line of its own, ids and counts."""
    frames = fake_anthropic_script.encode(Script(answer="Hi you", tool_calls=(CALL,), cached_tokens=4))
    told = events(frames)
    kinds = [event["type"] for event in told]
    block = ["content_block_start", "content_block_delta", "content_block_delta", "content_block_delta"]
    assert kinds == [
        "message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta",
        "content_block_stop", *block, "content_block_stop", "message_delta", "message_stop",
    ]  # fmt: skip
    names = [line for line in frames.whole.decode().split("\n") if line.startswith("event: ")]
    assert names == [f"event: {kind}" for kind in kinds]
    assert told[0]["message"]["usage"]["input_tokens"] == 7  # type: ignore[index]
    assert told[-2]["usage"] == {"output_tokens": 2}
    assert told[-2]["delta"] == {"stop_reason": "tool_use", "stop_sequence": None}


def test_geminis_events_are_those_of_its_reference() -> None:
    """Gemini API reference, "GenerateContentResponse": parts, the reason in the last candidate, running counts."""
    told = events(fake_gemini_script.encode(Script(answer="Hi you", tool_calls=(CALL,), thought_tokens=3)))
    parts = [part for event in told for part in event["candidates"][0]["content"]["parts"]]  # type: ignore[index]
    assert parts[0]["thought"] is True
    assert [part["text"] for part in parts[1:3]] == ["Hi", " you"]
    assert parts[3] == {"functionCall": {"name": "now", "args": {"zone": "UTC"}, "id": "c"}}
    assert told[-1]["candidates"][0]["finishReason"] == "STOP"  # type: ignore[index]
    assert told[-1]["usageMetadata"]["totalTokenCount"] == 11 + 2 + 3  # type: ignore[index]


def test_gemini_blocks_a_question_without_a_candidate() -> None:
    """A filtered answer of no words is a blocked question."""
    [told] = events(fake_gemini_script.encode(Script(answer="", ending=FinishReason.CONTENT_FILTER)))
    assert "candidates" not in told
    assert told["promptFeedback"] == {"blockReason": "PROHIBITED_CONTENT"}


@pytest.mark.parametrize("kind", [FakeAnthropic, FakeGemini])
def test_every_fault_that_is_an_event_has_one(kind: type[FakeServer]) -> None:
    """Faults that put one event on the wire, and statuses with a body of the wire's own form."""
    lone = (Fault.HALF_JSON, Fault.NAN, Fault.INVALID_UTF8, Fault.DEEP_JSON, Fault.ERROR_EVENT)
    assert {*lone, Fault.ENDLESS_COMMENTS, Fault.ENDLESS_EMPTY, Fault.BLANK} == set(kind.wire.events)
    for fault in kind.wire.statuses:
        assert "error" in kind.wire.refusal(Script(fault=fault))


@asynccontextmanager
async def running(module: str) -> AsyncIterator[int]:
    """The fake as a program; gives its port and ends it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, "--port", "0", "--tokens", "3", cwd=TESTS, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "path", "piece"),
    [
        ("support.fake_anthropic", "/v1/messages", b'"text_delta"'),
        ("support.fake_gemini", "/v1beta/models/gemini-x:streamGenerateContent?alt=sse", b'"role":"model"},"index":0}'),
    ],
)
async def test_runs_as_a_program_that_prints_its_port(module: str, path: str, piece: bytes) -> None:
    """A load run starts it, reads the port, asks, and ends it by its process id."""
    async with running(module) as port:
        answer = await ask(f"http://127.0.0.1:{port}{path}")
    assert answer.count(piece) == 3
