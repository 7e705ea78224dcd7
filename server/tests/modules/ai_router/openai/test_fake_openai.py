"""The fake itself: deterministic, bounded, and runnable as a program."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import msgspec
import pytest

from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Script, encode

TESTS = Path(__file__).parents[3]


async def ask(base_url: str) -> bytes:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{base_url}/chat/completions", data=b'{"stream": true}') as answer,
    ):
        assert answer.content_type == "text/event-stream"
        return await answer.read()


async def test_scripts_are_played_in_order_and_the_last_for_ever() -> None:
    """Each request takes the next script; when they are used up, the last one is repeated."""
    async with FakeOpenAi() as fake:
        fake.play(Script(answer="one"), Script(answer="two"))
        answers = [await ask(fake.base_url) for _ in range(3)]
    assert [b'"one"' in answer for answer in answers] == [True, False, False]
    assert answers[1] == answers[2]


def test_frames_have_the_form_of_the_api_reference() -> None:
    """Chunks carry the fields of `chat.completion.chunk` (OpenAI API Reference, "Chat Completions: Streaming")."""
    lines = encode(Script(answer="Hi you")).whole.decode().split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    frames = [msgspec.json.decode(line.removeprefix("data: ")) for line in lines[:-2]]
    assert all(frame["object"] == "chat.completion.chunk" for frame in frames)
    assert [frame["choices"][0]["delta"].get("content") for frame in frames[:3]] == ["", "Hi", " you"]
    assert frames[3]["choices"][0]["finish_reason"] == "stop"
    assert frames[4]["choices"] == []
    assert frames[4]["usage"] == {"prompt_tokens": 11, "completion_tokens": 2, "total_tokens": 13}


@pytest.mark.parametrize("answer", ["a", " a  b ", "Привет, мир.\nДа", "x\n\n"])
def test_tokens_joined_are_the_answer(answer: str) -> None:
    """Cutting an answer into tokens loses nothing."""
    assert "".join(Script(answer=answer).tokens) == answer


@pytest.mark.slow
async def test_runs_as_a_program_that_prints_its_port() -> None:
    """A load run starts it, reads the port, asks, and ends it by its process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "support.fake_openai", "--port", "0", "--tokens", "3",
        cwd=TESTS, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            port = int(await process.stdout.readline())
            answer = await ask(f"http://127.0.0.1:{port}/v1")
    finally:
        process.terminate()
        await process.wait()
    assert answer.count(b'"content":') == 4
