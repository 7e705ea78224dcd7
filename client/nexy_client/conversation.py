"""Several requests on one stream, answered in order."""

import asyncio
from collections.abc import AsyncGenerator

import grpc

from nexy_client.answer_stream import AnswerStream, ManyRequests
from nexy_client.events import ClientEvent, End, Screenshot
from nexy_client.failure import CallFailed, ProtocolBroken, failed_call
from nexy_protocol import streaming_pb2

COLLECT_ACCEPTED = "COLLECT_ACCEPTED"


def ask(
    *, hardware_id: str, session_id: str, prompt: str, screenshot: Screenshot | None = None
) -> streaming_pb2.StreamRequest:
    """A request message that starts a turn."""
    request = streaming_pb2.StreamRequest(prompt=prompt, hardware_id=hardware_id, session_id=session_id)
    if screenshot is not None:
        request.screenshot = screenshot.data
        if screenshot.width is not None:
            request.screen_width = screenshot.width
        if screenshot.height is not None:
            request.screen_height = screenshot.height
    return request


class Conversation:
    """Collects speech piece by piece and commits it, turn after turn, under one session_id."""

    def __init__(self, call: ManyRequests, answers: AnswerStream, *, hardware_id: str, session_id: str) -> None:
        self._call = call
        self._answers = answers
        self._hardware_id = hardware_id
        self.session_id = session_id

    async def collect(self, text: str, *, seq: int = 0) -> None:
        """Hand over a piece of recognised speech and wait until the server has it; raises CallFailed."""
        await self._send(
            streaming_pb2.StreamRequest(
                hardware_id=self._hardware_id,
                session_id=self.session_id,
                phase=streaming_pb2.REQUEST_PHASE_COLLECT,
                chunk_seq=seq,
                chunk_text=text,
            )
        )
        event = await self._answers.read()
        if event is None:
            raise await self._answers.broken_off()
        if event != End(text=COLLECT_ACCEPTED):
            raise ProtocolBroken("a collected piece was answered with something else than its acknowledgement")

    def commit(self, prompt: str = "", *, screenshot: Screenshot | None = None) -> AsyncGenerator[ClientEvent, None]:
        """Start the turn with what was collected and `prompt` after it; the events of the answer, End last."""
        return self._turn(prompt, streaming_pb2.REQUEST_PHASE_COMMIT, screenshot)

    def say(self, prompt: str, *, screenshot: Screenshot | None = None) -> AsyncGenerator[ClientEvent, None]:
        """Start a turn without a phase; the events of the answer, End last."""
        return self._turn(prompt, streaming_pb2.REQUEST_PHASE_UNSPECIFIED, screenshot)

    async def _turn(
        self, prompt: str, phase: streaming_pb2.RequestPhase.ValueType, screenshot: Screenshot | None
    ) -> AsyncGenerator[ClientEvent, None]:
        request = ask(hardware_id=self._hardware_id, session_id=self.session_id, prompt=prompt, screenshot=screenshot)
        request.phase = phase
        await self._send(request)
        answered = False
        try:
            while not answered:
                event = await self._answers.read()
                if event is None:
                    raise await self._answers.broken_off()
                answered = isinstance(event, End)
                yield event
        finally:
            # The rest of an abandoned answer would be taken for the next one.
            if not answered:
                await self._answers.close()

    async def _send(self, request: streaming_pb2.StreamRequest) -> None:
        try:
            await self._call.write(request)
        except asyncio.InvalidStateError:
            return  # the call has ended: the next read tells why
        except grpc.aio.AioRpcError as error:
            raise _lost(error) from error


def _lost(error: grpc.aio.AioRpcError) -> CallFailed:
    """A write that meets an ended call makes grpc forget the server's status and say INTERNAL."""
    if error.code() is grpc.StatusCode.INTERNAL:
        return CallFailed(status="UNAVAILABLE", details="the server ended the stream while a request was on its way")
    return failed_call(error)
