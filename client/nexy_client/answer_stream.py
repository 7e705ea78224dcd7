"""What comes back on a StreamAudio call."""

import asyncio
from typing import TypeAlias

import grpc

from nexy_client.decoding import event_of
from nexy_client.events import ClientEvent
from nexy_client.failure import CallFailed, broken_off, failed_call
from nexy_protocol.streaming_pb2 import StreamRequest, StreamResponse

OneRequest: TypeAlias = "grpc.aio.UnaryStreamCall[StreamRequest, StreamResponse]"
ManyRequests: TypeAlias = "grpc.aio.StreamStreamCall[StreamRequest, StreamResponse]"


class AnswerStream:
    """Reads events; after `close` nothing of the call is left.

    `silence_seconds` bounds the wait for each event where the call itself has no deadline.
    """

    def __init__(self, call: "OneRequest | ManyRequests", silence_seconds: float | None = None) -> None:
        self._call = call
        self._silence_seconds = silence_seconds
        self._error_message = ""
        self._closed = False

    async def read(self) -> ClientEvent | None:
        """The next event, None when the server ended the call with OK; raises CallFailed otherwise."""
        while (response := await self._receive()) is not None:
            if response.WhichOneof("content") == "error_message":
                self._error_message = response.error_message
                continue
            event = event_of(response)
            if event is not None:
                return event
        if self._error_message:
            raise await self.broken_off()
        return None

    async def broken_off(self) -> CallFailed:
        """The failure to raise where the call ended with OK before the answer did."""
        return broken_off(await self._call.trailing_metadata(), self._error_message)

    async def close(self) -> None:
        """End the call, whatever it was doing, and wait until it is gone."""
        self._closed = True
        self._call.cancel()
        await self._call.code()

    async def _receive(self) -> StreamResponse | None:
        # A call that this side ended answers every read with a cancellation that nobody asked for.
        if self._closed:
            raise CallFailed(status="CANCELLED", details="this side ended the stream before")
        try:
            async with asyncio.timeout(self._silence_seconds):
                response = await self._call.read()
        except grpc.aio.AioRpcError as error:
            raise failed_call(error, self._error_message) from error
        except TimeoutError as late:
            await self.close()
            raise CallFailed(status="DEADLINE_EXCEEDED", details="the server fell silent") from late
        return response if isinstance(response, StreamResponse) else None
