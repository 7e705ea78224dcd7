"""The stream client for asyncio."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self

import grpc

from nexy_client.failure import texts
from nexy_client.streams.client_core import ClientCore, Metadata, ServiceHealth, gone, health_of
from nexy_client.streams.connecting import Connecting
from nexy_client.streams.following import Following
from nexy_client.streams.metrics import StreamMetrics
from nexy_client.streams.settings import SYSTEM_CLOCK, Clock, StreamOrder, StreamSettings
from nexy_client.streams.tls_probe import speaks_tls
from nexy_client.streams.trouble import trouble_of
from nexy_client.streams.trust import Certificate, trust_of
from nexy_client.streams.wire_calls import CHECK_HEALTH, STREAM_SPECTROGRAMS
from nexy_protocol.datastream_pb2 import HealthRequest, HealthResponse, StreamRequest
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import Frame

_log = logging.getLogger("nexy_client.streams")


class AsyncGrpcStreamClient:
    """GrpcStreamClient's twin: the same names, settings and errors, to be awaited.

    Consume `stream_spectrograms` inside `contextlib.aclosing`, so that its call ends with the block.
    """

    def __init__(
        self,
        connection_timeout: float = 10,
        stream_timeout: float = 300,
        retry_attempts: int = 3,
        retry_delay: float = 2.0,
        use_tls: bool = False,
        ca_certificate: Certificate | None = None,
        server_name: str | None = None,
        *,
        gap_timeout: float = 15.0,
        job_start_timeout: float = 30.0,
        metadata: Metadata = (),
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        settings = StreamSettings(
            connection_timeout=connection_timeout,
            stream_timeout=stream_timeout,
            retry_attempts=retry_attempts,
            retry_delay=retry_delay,
            gap_timeout=gap_timeout,
            job_start_timeout=job_start_timeout,
        )
        self._core = ClientCore(settings, trust_of(use_tls, ca_certificate, server_name), metadata, clock)
        self._channel: grpc.aio.Channel | None = None

    async def connect(self, url: str, port: int | str | None = None) -> bool:
        """True when the connection stands and the server answers; raises `ConnectionFailed` with the reason else."""
        await self.disconnect()
        connecting = self._core.connecting(url, port)
        channel = self._channel = self._open(connecting)
        try:
            while (pause := await self._try_to_connect(channel, connecting)) is not None:  # noqa: ASYNC110
                await asyncio.sleep(pause)
        except BaseException:
            await self.disconnect()
            raise
        self._core.connected(connecting)
        return True

    @asynccontextmanager
    async def connect_context(self, url: str, port: int | str | None = None) -> AsyncGenerator[Self, None]:
        """Connected inside the block, disconnected after it."""
        await self.connect(url, port)
        try:
            yield self
        finally:
            await self.disconnect()

    async def disconnect(self) -> None:
        """End the connection and every stream on it; safe at any time."""
        self._core.disconnected()
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    def stream_spectrograms(
        self,
        job_id: str,
        max_frames: int = 0,
        *,
        stream_id: int = 0,
        encoding: Encoding = Encoding.PACKED_F32,
        resume_after_frame: int = 0,
        include_end: bool = False,
    ) -> AsyncGenerator[Frame, None]:
        """The frames of one stream of a job as they come; at most `max_frames`, 0: to its end."""
        order = StreamOrder(
            job_id=job_id,
            max_frames=max_frames,
            stream_id=stream_id,
            encoding=encoding,
            resume_after_frame=resume_after_frame,
            include_end=include_end,
        )
        following = self._core.following(order)
        assert self._channel is not None
        return self._frames(following, self._channel)

    async def check_health(self) -> ServiceHealth:
        """What the server says of itself; raises `StreamError`."""
        teller = self._core.the_teller()
        assert self._channel is not None
        try:
            return await self._ask_health(self._channel, self._core.settings.connection_timeout)
        except grpc.aio.AioRpcError as error:
            raise teller.told(trouble_of(error)) from error

    def get_metrics(self) -> StreamMetrics:
        """What was seen since the client was made."""
        return self._core.metrics.snapshot()

    def _open(self, connecting: Connecting) -> grpc.aio.Channel:
        address, options = connecting.address, self._core.options_for(connecting.address)
        if address.tls:
            return grpc.aio.secure_channel(address.target, self._core.trust.credentials(), options=options)
        return grpc.aio.insecure_channel(address.target, options=options)

    async def _try_to_connect(self, channel: grpc.aio.Channel, connecting: Connecting) -> float | None:
        """Seconds until the next attempt, None when the connection stands."""
        if channel is not self._channel:
            raise gone()
        try:
            await self._ask_health(channel, connecting.seconds_left)
        except grpc.aio.AioRpcError as error:
            trouble = trouble_of(error)
            wonders = connecting.wonders_about_tls(trouble)
            tls = wonders and await asyncio.to_thread(speaks_tls, connecting.address)
            return connecting.failed(trouble, speaks_tls=tls)
        return None

    async def _ask_health(self, channel: grpc.aio.Channel, seconds: float) -> ServiceHealth:
        ask: Any = channel.unary_unary(
            CHECK_HEALTH,
            request_serializer=HealthRequest.SerializeToString,
            response_deserializer=HealthResponse.FromString,
        )
        try:
            return health_of(await ask(HealthRequest(), timeout=seconds, metadata=self._core.metadata))
        except asyncio.CancelledError as cancelled:
            if self._is_own(channel):
                raise
            raise gone() from cancelled

    def _is_own(self, channel: grpc.aio.Channel) -> bool:
        """Whether a cancellation is the task's; a closed channel looks the same, and only the task can tell."""
        task = asyncio.current_task()
        return channel is self._channel or (task is not None and task.cancelling() > 0)

    async def _frames(self, following: Following, channel: grpc.aio.Channel) -> AsyncGenerator[Frame, None]:
        while not following.finished:
            if channel is not self._channel:
                raise gone()
            stream: Any = channel.unary_stream(STREAM_SPECTROGRAMS, request_serializer=StreamRequest.SerializeToString)
            call = stream(following.request(), timeout=following.seconds_left, metadata=self._core.metadata)
            pause = 0.0
            try:
                while not following.finished and (data := await self._read(call, following, channel)) is not None:
                    frame = following.received(data)
                    if frame is not None:
                        yield frame
                if not following.finished:
                    pause = following.ended(texts(await call.trailing_metadata()))
            except grpc.aio.AioRpcError as error:
                pause = self._failed(error, following, channel)
            finally:
                call.cancel()
            await asyncio.sleep(pause)
        _log.info("the stream has ended after frame %d", following.last_number)

    async def _read(self, call: Any, following: Following, channel: grpc.aio.Channel) -> bytes | None:  # noqa: ANN401
        """One message; None at the end of the call."""
        try:
            async with asyncio.timeout(self._core.settings.gap_timeout):
                data = await call.read()
        except TimeoutError as silent:
            raise following.stalled() from silent
        except asyncio.CancelledError as cancelled:
            if self._is_own(channel):
                raise
            raise gone() from cancelled
        return None if data is grpc.aio.EOF else data

    def _failed(self, error: grpc.aio.AioRpcError, following: Following, channel: grpc.aio.Channel) -> float:
        if channel is not self._channel:
            raise gone() from error
        pause = following.failed(trouble_of(error))
        _log.info("the stream broke off, going on after frame %d in %g s", following.last_number, pause)
        return pause
