"""What a plain client sees: grpc, the generated protobuf classes and urllib, nothing of ours between."""

import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from grpc_health.v1 import health_pb2, health_pb2_grpc

from nexy_client.testing.streams.fault_server import SERVICE
from nexy_protocol import datastream_pb2 as pb

CLIENT_BYTES = 64 * 1024 * 1024
UNKNOWN_JOB = "12-99999999"
RETRIES = 2
RETRY_SECONDS = 0.6
PROBE_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class Ended:
    """How a call ended."""

    status: grpc.StatusCode = grpc.StatusCode.OK
    details: str = ""


@dataclass(slots=True, kw_only=True)
class StreamWire:
    """One stream: messages as bytes, those of them that can be read, and when they came (seconds, epoch ms)."""

    messages: list[bytes] = field(default_factory=list)
    frames: list[pb.DataStream] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    arrived_ms: list[int] = field(default_factory=list)
    ends: list[Ended] = field(default_factory=list)

    @property
    def data(self) -> list[pb.DataStream]:
        """The frames without the end of the stream."""
        return [frame for frame in self.frames if not frame.end_of_stream]

    @property
    def numbers(self) -> list[int]:
        """Frame numbers as they came."""
        return [frame.frame_number for frame in self.data]

    @property
    def waits(self) -> list[float]:
        """Seconds before each message; the first one from the call on."""
        return [after - before for before, after in zip([0.0, *self.arrivals], self.arrivals, strict=False)]

    @property
    def end(self) -> Ended:
        """How the last attempt ended."""
        return self.ends[-1] if self.ends else Ended(status=grpc.StatusCode.UNKNOWN, details="never called")


@dataclass(slots=True, kw_only=True)
class Wire:
    """Everything that was seen; `body` is the configure answer as it came, `answer` what could be read of it."""

    http_status: int = 0
    body: bytes = b""
    configure_seconds: float = 0.0
    answer: dict[str, Any] = field(default_factory=dict)
    job_state: str = ""
    connected: bool = False
    streams: dict[int, StreamWire] = field(default_factory=dict)
    health: pb.HealthResponse | None = None
    serving: bool = False
    unknown: StreamWire = field(default_factory=StreamWire)
    usable_after: bool = False

    @property
    def first(self) -> StreamWire:
        """Stream 0, or an empty one."""
        return self.streams.get(0, StreamWire())


def call_http(url: str, body: Any = None, seconds: float = 5.0) -> tuple[int, bytes]:
    """The status and the body, whatever the status."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def read_stream(channel: grpc.Channel, request: pb.StreamRequest, patience: float) -> StreamWire:
    """One stream to its end, going on after UNAVAILABLE as the contract says."""
    seen = StreamWire()
    begin = time.monotonic()
    for attempt in range(1 + RETRIES):
        seen.ends.append(_read_call(channel, request, patience, begin, seen))
        if seen.end.status is not grpc.StatusCode.UNAVAILABLE or attempt == RETRIES:
            break
        request.resume_after_frame = max([0, *seen.numbers])
        # The blip is over after a moment; nothing on this side tells when.
        threading.Event().wait(RETRY_SECONDS)
    return seen


def _read_call(
    channel: grpc.Channel, request: pb.StreamRequest, patience: float, begin: float, seen: StreamWire
) -> Ended:
    method: Any = channel.unary_stream(
        f"/{SERVICE}/StreamSpectrograms", request_serializer=pb.StreamRequest.SerializeToString
    )
    call = method(request, timeout=patience)
    try:
        for message in call:
            seen.messages.append(message)
            seen.arrivals.append(time.monotonic() - begin)
            seen.arrived_ms.append(time.time_ns() // 1_000_000)
            _keep_readable(message, seen)
    except grpc.RpcError:
        return Ended(status=call.code(), details=call.details() or "")
    return Ended()


def _keep_readable(message: bytes, seen: StreamWire) -> None:
    try:
        seen.frames.append(pb.DataStream.FromString(message))
    except DecodeError:
        return


def probe(channel: grpc.Channel, wire: Wire) -> None:
    """Both healths, an unknown job, and whether the connection is still of use."""
    wire.health = _health(channel)
    try:
        asked = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=PROBE_SECONDS)
        wire.serving = asked.status == health_pb2.HealthCheckResponse.SERVING
    except grpc.RpcError:
        wire.serving = False
    wire.unknown.ends.append(
        _read_call(channel, pb.StreamRequest(job_id=UNKNOWN_JOB), PROBE_SECONDS, time.monotonic(), wire.unknown)
    )
    wire.usable_after = _health(channel) is not None


def _health(channel: grpc.Channel) -> pb.HealthResponse | None:
    method: Any = channel.unary_unary(
        f"/{SERVICE}/CheckHealth",
        request_serializer=pb.HealthRequest.SerializeToString,
        response_deserializer=pb.HealthResponse.FromString,
    )
    try:
        answer: pb.HealthResponse = method(pb.HealthRequest(), timeout=PROBE_SECONDS)
    except grpc.RpcError:
        return None
    return answer
