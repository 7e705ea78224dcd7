"""The model inside the load process."""

import time

import aiohttp
from bench.voice.load import Load
from bench.voice.scripted_llm import ScriptedLlm, question

AT_ONCE = Load(name="test", sentences=2, token_seconds=0.0, sound_seconds=0.1)
PACED = Load(name="test", sentences=1, token_seconds=0.001, sound_seconds=0.1)


async def ask(llm: ScriptedLlm, session: aiohttp.ClientSession, number: int) -> bytes:
    url = f"http://127.0.0.1:{llm.port}/v1/chat/completions"
    async with session.post(url, data=question(number).encode()) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        return await response.read()


async def test_it_speaks_the_wire_of_the_shared_fake() -> None:
    """The body is the frames of the fake provider, whether paced or at once, also on a kept connection."""
    async with ScriptedLlm(AT_ONCE) as llm, aiohttp.ClientSession() as session:
        first, second = await ask(llm, session, 1), await ask(llm, session, 2)
        llm.play(PACED)
        paced = await ask(llm, session, 3)
    assert first == second == AT_ONCE.frames().whole
    assert paced == PACED.frames().whole


async def test_every_token_s_moment_is_kept_by_question() -> None:
    """One time per token, in order, between asking and the end of the answer."""
    began = time.monotonic()
    async with ScriptedLlm(PACED) as llm, aiohttp.ClientSession() as session:
        await ask(llm, session, 7)
    written = llm.written[7]
    assert len(written) == len(PACED.script.tokens)
    assert began < written[0]
    assert written == sorted(written)
    assert written[-1] < time.monotonic()


async def test_the_last_question_is_kept() -> None:
    """The baseline asks with the body that ours sent, so it must be known byte by byte."""
    async with ScriptedLlm(AT_ONCE) as llm, aiohttp.ClientSession() as session:
        await ask(llm, session, 4)
    assert llm.last_body == question(4).encode()


async def test_a_client_that_leaves_ends_its_answer() -> None:
    """Nothing is written to a connection that is gone."""
    slow = Load(name="test", sentences=1, token_seconds=3600.0, sound_seconds=0.1)
    async with ScriptedLlm(slow) as llm, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{llm.port}/v1/chat/completions"
        response = await session.post(url, data=question(5).encode())
        response.close()
    assert llm.written[5] == []
