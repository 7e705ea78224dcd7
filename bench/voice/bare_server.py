"""The baseline: a bare grpc.aio server with the same LLM call and the same messages, and nothing else.

No admission, no sessions, no time-outs, no interrupts, no log, no metrics, sentences cut by one regular expression.
`python -m bench.voice.bare_server --llm URL --question FILE --sound-seconds S --ready FILE`
"""

import argparse
import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import aiohttp
import grpc
import msgspec
import uvloop

from bench.voice.load import FRAME_BYTES, SAMPLE_RATE, chunk_sizes
from nexy_protocol import streaming_pb2 as pb
from nexy_protocol.streaming_pb2_grpc import StreamingServiceServicer, add_StreamingServiceServicer_to_server

PROMPT_MARK = b"@@prompt@@"
_END_OF_SENTENCE = re.compile(r"[.!?]\s+(?=\S)")
_HEADERS = {"Content-Type": "application/json", "Accept": "text/event-stream", "Accept-Encoding": "identity"}
_MAX_MESSAGE_BYTES = 16 * 1024 * 1024


class _Delta(msgspec.Struct, gc=False):
    content: str | None = None


class _Choice(msgspec.Struct, gc=False):
    delta: _Delta | None = None


class _Frame(msgspec.Struct, gc=False):
    choices: list[_Choice]


_decode = msgspec.json.Decoder(_Frame).decode


class BareVoice(StreamingServiceServicer):
    """One handler that does everything."""

    def __init__(self, session: aiohttp.ClientSession, url: str, body: bytes, sound_seconds: float) -> None:
        self._session = session
        self._url = url
        self._body = body
        self._first = [bytes(size) for size in chunk_sizes(sound_seconds, first_of_turn=True)]
        self._later = [bytes(size) for size in chunk_sizes(sound_seconds, first_of_turn=False)]

    async def StreamAudio(  # type: ignore[override]  # noqa: N802
        self, request_iterator: AsyncIterator[pb.StreamRequest], context: "grpc.aio.ServicerContext[Any, Any]"
    ) -> None:
        sequence = 0
        while (message := await context.read()) is not grpc.aio.EOF:
            sounds = self._first
            async with aclosing(self._sentences(message.prompt)) as sentences:
                async for text in sentences:
                    sequence += 1
                    await context.write(pb.StreamResponse(text_chunk=text, sequence=sequence))
                    for data in sounds:
                        sequence += 1
                        await context.write(pb.StreamResponse(audio_chunk=_audio(data), sequence=sequence))
                    sounds = self._later
            sequence += 1
            await context.write(pb.StreamResponse(end_message="TURN_COMPLETE", sequence=sequence))

    async def _sentences(self, prompt: str) -> AsyncGenerator[str, None]:
        held, tail = "", b""
        body = self._body.replace(PROMPT_MARK, prompt.encode())
        async with self._session.post(self._url, data=body, headers=_HEADERS) as response:
            async for chunk in response.content.iter_any():
                *events, tail = (tail + chunk).split(b"\n\n")
                held += "".join(_words(event) for event in events)
                while end := _END_OF_SENTENCE.search(held):
                    yield held[: end.end()]
                    held = held[end.end() :]
        if held:
            yield held


def _words(event: bytes) -> str:
    if event == b"data: [DONE]":
        return ""
    choices = _decode(event[6:]).choices
    return (choices[0].delta.content or "") if choices and choices[0].delta else ""


def _audio(data: bytes) -> pb.AudioChunk:
    shape = (len(data) // FRAME_BYTES, 1)
    return pb.AudioChunk(audio_data=data, dtype="int16", shape=shape, sample_rate=SAMPLE_RATE, channels=1)


async def serve(given: argparse.Namespace) -> None:
    """Serve until SIGTERM; `run/server.json`'s form tells where."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    options = [
        ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
        ("grpc.so_reuseport", 0),
    ]
    server = grpc.aio.server(options=options)
    port = server.add_insecure_port("127.0.0.1:0")
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        voice = BareVoice(  # type: ignore[abstract]  # the one RPC that is measured
            session, given.llm + "/chat/completions", given.question.read_bytes(), given.sound_seconds
        )
        add_StreamingServiceServicer_to_server(voice, server)
        await server.start()
        partial = given.ready.with_suffix(".tmp")
        partial.write_text(json.dumps({"pid": os.getpid(), "grpc": f"127.0.0.1:{port}"}))
        partial.replace(given.ready)
        await stop.wait()
        await server.stop(0)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="bare grpc.aio voice server, the baseline of bench.voice")
    parser.add_argument("--llm", required=True)
    parser.add_argument("--question", type=Path, required=True)
    parser.add_argument("--sound-seconds", type=float, required=True)
    parser.add_argument("--ready", type=Path, required=True)
    uvloop.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
