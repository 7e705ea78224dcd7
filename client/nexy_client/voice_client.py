"""A device that speaks with a Nexy server."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import grpc

from nexy_client.answer_stream import AnswerStream
from nexy_client.channel import Tls, open_channel
from nexy_client.conversation import Conversation, ask
from nexy_client.decoding import welcome_event_of
from nexy_client.events import ClientEvent, End, Interrupted, Screenshot, UsageAnswer, WelcomeEvent
from nexy_client.failure import CallFailed, broken_off, failed_call
from nexy_client.health import Health, ask_health
from nexy_protocol import streaming_pb2, streaming_pb2_grpc
from nexy_protocol.streaming_pb2 import StreamRequest, StreamResponse

T = TypeVar("T")
R = TypeVar("R")
ACTIONS_AS_MESSAGES = ("nexy-actions", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How many seconds to wait: for the connection, for a simple call, for a whole answer or greeting."""

    connect: float = 5.0
    call: float = 10.0
    turn: float = 300.0


class VoiceClient:
    """One device's connection; use it in `async with`. Every call raises CallFailed when it does not end well.

    `actions_as_messages` asks for actions as messages of their own; `metadata` goes with every call, and so does the
    `token` that the server gave a paired device.
    """

    def __init__(
        self,
        target: str,
        *,
        hardware_id: str,
        token: str = "",
        tls: Tls | None = None,
        actions_as_messages: bool = False,
        metadata: Sequence[tuple[str, str]] = (),
        deadlines: Deadlines | None = None,
    ) -> None:
        self.target = target
        self.hardware_id = hardware_id
        self._tls = tls
        self._deadlines = deadlines or Deadlines()
        shown = (("authorization", f"Bearer {token}"),) if token else ()
        self._metadata = (*metadata, *shown, *((ACTIONS_AS_MESSAGES,) if actions_as_messages else ()))
        self._open: grpc.aio.Channel | None = None

    async def __aenter__(self) -> Self:
        self._open = open_channel(self.target, self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            await self._open.close()
            self._open = None

    async def ready(self) -> None:
        """Wait until the connection stands; raises CallFailed UNAVAILABLE when it does not in time."""
        try:
            async with asyncio.timeout(self._deadlines.connect):
                await self._channel.channel_ready()
        except TimeoutError as late:
            raise CallFailed(status="UNAVAILABLE", details=f"no connection to {self.target}") from late

    async def turn(
        self, prompt: str, *, session_id: str | None = None, screenshot: Screenshot | None = None
    ) -> AsyncGenerator[ClientEvent, None]:
        """Ask and hear the whole answer; closing the generator cancels the turn.

        Events come exactly as the server sends them, up to the end of the call.
        """
        session = session_id if session_id is not None else new_session_id()
        request = ask(hardware_id=self.hardware_id, session_id=session, prompt=prompt, screenshot=screenshot)
        # One request needs no request stream; and a refusal keeps its status however large the request is.
        call = self._one_request(request, metadata=self._metadata, timeout=self._deadlines.turn)
        async with _closing(AnswerStream(call)) as answers:
            ended = False
            while (event := await answers.read()) is not None:
                ended = ended or isinstance(event, End)
                yield event
            if not ended:
                raise await answers.broken_off()

    @asynccontextmanager
    async def conversation(self, *, session_id: str | None = None) -> AsyncGenerator[Conversation, None]:
        """One bidirectional stream for several requests; leaving the block ends it."""
        session = session_id if session_id is not None else new_session_id()
        call = self._stub.StreamAudio(metadata=self._metadata)
        async with _closing(AnswerStream(call, silence_seconds=self._deadlines.turn)) as answers:
            yield Conversation(call, answers, hardware_id=self.hardware_id, session_id=session)

    async def interrupt(self) -> Interrupted:
        """Stop every running turn of this device."""
        request = streaming_pb2.InterruptRequest(hardware_id=self.hardware_id)
        answer = await self._simple(self._stub.InterruptSession, request)
        return Interrupted(success=answer.success, sessions=tuple(answer.interrupted_sessions), message=answer.message)

    async def welcome(
        self, text: str = "", voice: str = "", language: str = "", *, session_id: str | None = None
    ) -> AsyncGenerator[WelcomeEvent, None]:
        """The greeting as it comes; empty text means the server's own."""
        request = streaming_pb2.WelcomeRequest(
            text=text, voice=voice, language=language, session_id=session_id or new_session_id()
        )
        call = self._stub.GenerateWelcomeAudio(request, metadata=self._metadata, timeout=self._deadlines.turn)
        ended, error_message = False, ""
        try:
            while isinstance(response := await call.read(), streaming_pb2.WelcomeResponse):
                error_message = response.error_message or error_message
                if (event := welcome_event_of(response)) is not None:
                    ended = ended or isinstance(event, End)
                    yield event
            if not ended or error_message:
                raise broken_off(await call.trailing_metadata(), error_message)
        except grpc.aio.AioRpcError as error:
            raise failed_call(error, error_message) from error
        finally:
            call.cancel()
            await call.code()

    async def report_usage(
        self, *, source: str, input_tokens: int, output_tokens: int, model: str, session_id: str = ""
    ) -> UsageAnswer:
        """Report tokens that this device spent itself."""
        request = streaming_pb2.UsageRequest(
            hardware_id=self.hardware_id,
            session_id=session_id,
            source=source,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            model=model,
        )
        answer = await self._simple(self._stub.ReportUsage, request)
        return UsageAnswer(success=answer.success, message=answer.message)

    async def health(self, service: str = "") -> Health:
        """Whether the server, or one service of it, says that it serves."""
        return await ask_health(self._channel, service, self._deadlines.call)

    @property
    def _channel(self) -> grpc.aio.Channel:
        if self._open is None:
            raise RuntimeError("use the client inside `async with`")
        return self._open

    @property
    def _stub(self) -> streaming_pb2_grpc.StreamingServiceStub:
        return streaming_pb2_grpc.StreamingServiceStub(self._channel)

    async def _simple(self, method: "grpc.aio.UnaryUnaryMultiCallable[T, R]", request: T) -> R:
        try:
            return await method(request, metadata=self._metadata, timeout=self._deadlines.call)
        except grpc.aio.AioRpcError as error:
            raise failed_call(error) from error

    @property
    def _one_request(self) -> "grpc.aio.UnaryStreamMultiCallable[StreamRequest, StreamResponse]":
        return self._channel.unary_stream(
            "/streaming.StreamingService/StreamAudio",
            request_serializer=StreamRequest.SerializeToString,
            response_deserializer=StreamResponse.FromString,
        )


@asynccontextmanager
async def _closing(answers: AnswerStream) -> AsyncGenerator[AnswerStream, None]:
    try:
        yield answers
    finally:
        await answers.close()


def new_session_id() -> str:
    """A session_id as the contract wants it: a UUID version 4."""
    return str(uuid.uuid4())
