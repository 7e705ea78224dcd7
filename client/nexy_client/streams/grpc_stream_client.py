"""The stream client for programs that wait."""

import logging
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, Self

import grpc

from nexy_client.failure import texts
from nexy_client.streams.client_core import ClientCore, Metadata, ServiceHealth, gone, health_of
from nexy_client.streams.connecting import Connecting
from nexy_client.streams.following import Following
from nexy_client.streams.gap_watch import GapWatch
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


class GrpcStreamClient:
    """Receives spectrograms of one server; every failure is a StreamError whose text says what to do.

    Times are seconds. `ca_certificate` is the path of a PEM file or its text; `server_name` the name in the
    certificate where it differs from the host. Streams may run in several threads at once.
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
        self._channel: grpc.Channel | None = None
        self._closed = threading.Event()

    def connect(self, url: str, port: int | str | None = None) -> bool:
        """True when the connection stands and the server answers; raises `ConnectionFailed` with the reason else.

        Tries `retry_attempts` times within `connection_timeout`. A connection that was open before is closed.
        """
        self.disconnect()
        connecting = self._core.connecting(url, port)
        channel, closed = self._open(connecting), threading.Event()
        self._channel, self._closed = channel, closed
        try:
            while (pause := self._try_to_connect(channel, connecting, closed)) is not None:
                closed.wait(pause)
        except BaseException:
            self.disconnect()
            raise
        self._core.connected(connecting)
        return True

    @contextmanager
    def connect_context(self, url: str, port: int | str | None = None) -> Iterator[Self]:
        """Connected inside the block, disconnected after it."""
        self.connect(url, port)
        try:
            yield self
        finally:
            self.disconnect()

    def disconnect(self) -> None:
        """End the connection and every stream on it; safe at any time."""
        self._closed.set()
        self._core.disconnected()
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def stream_spectrograms(
        self,
        job_id: str,
        max_frames: int = 0,
        *,
        stream_id: int = 0,
        encoding: Encoding = Encoding.PACKED_F32,
        resume_after_frame: int = 0,
        include_end: bool = False,
    ) -> Generator[Frame, None, None]:
        """The frames of one stream of a job as they come; at most `max_frames`, 0: to its end.

        A job that is still starting is waited for; after a lost connection it goes on behind the last frame.
        `include_end` also gives the message without rows that ends a range, and what a server sends after that, or
        beyond `max_frames`, until it closes the call. Closing the generator ends the call.
        """
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
        return self._frames(following, self._channel, self._closed)

    def check_health(self) -> ServiceHealth:
        """What the server says of itself; raises `StreamError`."""
        teller = self._core.the_teller()
        assert self._channel is not None
        try:
            return self._ask_health(self._channel, self._core.settings.connection_timeout)
        except grpc.RpcError as error:
            raise teller.told(trouble_of(error)) from error

    def get_metrics(self) -> StreamMetrics:
        """What was seen since the client was made."""
        return self._core.metrics.snapshot()

    def _open(self, connecting: Connecting) -> grpc.Channel:
        address, options = connecting.address, self._core.options_for(connecting.address)
        if address.tls:
            return grpc.secure_channel(address.target, self._core.trust.credentials(), options=options)
        return grpc.insecure_channel(address.target, options=options)

    def _try_to_connect(self, channel: grpc.Channel, connecting: Connecting, closed: threading.Event) -> float | None:
        """Seconds until the next attempt, None when the connection stands."""
        if closed.is_set():
            raise gone()
        try:
            self._ask_health(channel, connecting.seconds_left)
        except grpc.RpcError as error:
            if closed.is_set():
                raise gone() from error
            trouble = trouble_of(error)
            tls = connecting.wonders_about_tls(trouble) and speaks_tls(connecting.address)
            return connecting.failed(trouble, speaks_tls=tls)
        return None

    def _ask_health(self, channel: grpc.Channel, seconds: float) -> ServiceHealth:
        ask: Any = channel.unary_unary(
            CHECK_HEALTH,
            request_serializer=HealthRequest.SerializeToString,
            response_deserializer=HealthResponse.FromString,
        )
        return health_of(ask(HealthRequest(), timeout=seconds, metadata=self._core.metadata))

    def _frames(
        self, following: Following, channel: grpc.Channel, closed: threading.Event
    ) -> Generator[Frame, None, None]:
        while not following.finished:
            pause = yield from self._one_call(following, channel, closed)
            if pause:
                _log.info("the stream broke off, going on after frame %d in %g s", following.last_number, pause)
                closed.wait(pause)
        _log.info("the stream has ended after frame %d", following.last_number)

    def _one_call(
        self, following: Following, channel: grpc.Channel, closed: threading.Event
    ) -> Generator[Frame, None, float]:
        """The frames of one call; then the seconds until the next one."""
        if closed.is_set():
            raise gone()
        stream: Any = channel.unary_stream(STREAM_SPECTROGRAMS, request_serializer=StreamRequest.SerializeToString)
        call = stream(following.request(), timeout=following.seconds_left, metadata=self._core.metadata)
        watch = GapWatch(self._core.settings.gap_timeout, call.cancel)
        try:
            with watch:
                yield from _received(call, following, watch)
            return following.ended(texts(call.trailing_metadata())) if not following.finished else 0.0
        except grpc.RpcError as error:
            if watch.expired:
                raise following.stalled() from error
            if closed.is_set():
                raise gone() from error
            return following.failed(trouble_of(error))
        finally:
            call.cancel()


def _received(call: Iterator[bytes], following: Following, watch: GapWatch) -> Generator[Frame, None, None]:
    while not following.finished:
        watch.waiting()
        data = next(call, None)
        watch.served()
        if data is None:
            return
        frame = following.received(data)
        if frame is not None:
            yield frame
