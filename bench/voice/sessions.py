"""The load client: sessions with connections of their own, each asking question after question."""

import asyncio
import itertools
import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc

from bench.voice.scripted_llm import question
from bench.voice.servers import Server
from nexy_protocol import streaming_pb2 as pb
from nexy_protocol.streaming_pb2_grpc import StreamingServiceStub

# Without it all channels to one address would share one connection.
_OPTIONS = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", 16 * 1024 * 1024))
_TURN_SECONDS = 60.0
_numbers = itertools.count(1)


@dataclass(slots=True, kw_only=True)
class Heard:
    """One turn as the client saw it; `first_sound[n]` is when the first sound after the n-th text came."""

    number: int
    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    first_sound: list[float] = field(default_factory=list)
    first_text: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether the end of the turn has come."""
        return self.kinds[-1:] == ["end_message"]

    def take(self, message: pb.StreamResponse) -> int:
        """Note one message; how many bytes of sound it carries."""
        kind = message.WhichOneof("content") or "nothing"
        self.kinds.append(kind)
        if kind == "text_chunk":
            self.first_text = self.first_text or time.monotonic()
            self.texts.append(message.text_chunk)
        if kind != "audio_chunk":
            return 0
        if len(self.first_sound) < len(self.texts):
            self.first_sound.append(time.monotonic())
        self.sizes.append(len(message.audio_chunk.audio_data))
        return self.sizes[-1]


class Session:
    """One client: a connection, a device and a session id; `sound_bytes` is all that it was ever sent."""

    def __init__(self, server: Server) -> None:
        self.sound_bytes = 0
        self._channel = grpc.aio.insecure_channel(server.address, options=_OPTIONS)
        self._stub = StreamingServiceStub(self._channel)
        self._call: grpc.aio.StreamStreamCall[pb.StreamRequest, pb.StreamResponse] | None = None
        self._hardware_id = f"bench-{uuid.uuid4()}"
        self._session_id = str(uuid.uuid4())

    def be(self, hardware_id: str) -> None:
        """Speak from this device from now on."""
        self._hardware_id = hardware_id

    async def ask(self) -> Heard:
        """One turn in a call of its own; raises `grpc.aio.AioRpcError` when the server refuses or fails."""
        heard = Heard(number=next(_numbers))
        call = self._stub.StreamAudio(timeout=_TURN_SECONDS)
        await call.write(self._request(heard.number))
        await call.done_writing()
        while isinstance(message := await call.read(), pb.StreamResponse):
            self.sound_bytes += heard.take(message)
        return heard

    async def ask_and_stay(self) -> Heard:
        """One turn in the session's lasting call, which is opened by the first."""
        heard = Heard(number=next(_numbers))
        if self._call is None:
            self._call = self._stub.StreamAudio(timeout=_TURN_SECONDS)
        await self._call.write(self._request(heard.number))
        while not heard.ended and isinstance(message := await self._call.read(), pb.StreamResponse):
            heard.take(message)
        return heard

    def _request(self, number: int) -> pb.StreamRequest:
        return pb.StreamRequest(prompt=question(number), hardware_id=self._hardware_id, session_id=self._session_id)

    async def connect(self) -> None:
        """Have the connection ready."""
        await self._channel.channel_ready()

    async def close(self) -> None:
        """Drop the connection."""
        await self._channel.close()


@asynccontextmanager
async def open_sessions(server: Server, count: int) -> AsyncGenerator[Sequence[Session], None]:
    """So many connected sessions, gone afterwards."""
    sessions = [Session(server) for _ in range(count)]
    try:
        async with asyncio.timeout(_TURN_SECONDS):
            await asyncio.gather(*(session.connect() for session in sessions))
        yield sessions
    finally:
        await asyncio.gather(*(session.close() for session in sessions))
