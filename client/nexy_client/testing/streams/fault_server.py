"""DataStreamService played from a playbook on a real connection; messages leave as bytes made by plain protobuf."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent import futures
from typing import Any, assert_never

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from nexy_client.testing.steps import Finish, Hang
from nexy_client.testing.streams.plan import JOB_ID, RECORDED_AT_MS
from nexy_client.testing.streams.playbook import Playbook
from nexy_client.testing.streams.steps import Call, Pause, Raw, Send, Step, good_steps, within_limit
from nexy_protocol import datastream_pb2 as pb

SERVICE = "datastream.DataStreamService"
THREADS = 8
SEND_BYTES = 80 * 1024 * 1024
_BROKEN = "this connection is broken since it asked for an unknown job"


class FaultServicer:
    """Plays the playbook; remembers which connections asked for an unknown job, and how often a stream was called."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._calls: Counter[int] = Counter()
        self._broken: set[str] = set()
        self._lock = threading.Lock()

    def handlers(self) -> grpc.GenericRpcHandler:
        """The two RPCs, answers as bytes."""
        return grpc.method_handlers_generic_handler(
            SERVICE,
            {
                "StreamSpectrograms": grpc.unary_stream_rpc_method_handler(
                    self.stream_spectrograms, request_deserializer=pb.StreamRequest.FromString
                ),
                "CheckHealth": grpc.unary_unary_rpc_method_handler(
                    self.check_health,
                    request_deserializer=pb.HealthRequest.FromString,
                    response_serializer=pb.HealthResponse.SerializeToString,
                ),
            },
        )

    def stream_spectrograms(self, request: pb.StreamRequest, context: grpc.ServicerContext) -> Iterator[bytes]:
        """Play the steps of one call."""
        self._refuse_broken(context)
        begin = time.monotonic()
        gone = threading.Event()
        context.add_callback(gone.set)
        yield from _play(self._steps(request, context.peer()), context, begin, gone)

    def check_health(self, _: pb.HealthRequest, context: grpc.ServicerContext) -> pb.HealthResponse:
        """What the playbook says of the server's health."""
        self._refuse_broken(context)
        script = self._playbook.health
        gone = threading.Event()
        context.add_callback(gone.set)
        gone.wait(script.seconds)
        return pb.HealthResponse(healthy=script.healthy, version="0.1.0", status=script.status)

    def _steps(self, request: pb.StreamRequest, peer: str) -> list[Step]:
        playbook = self._playbook
        if request.job_id != JOB_ID:
            with self._lock:
                if playbook.breaks_connection:
                    self._broken.add(peer)
            return playbook.unknown_job(request.job_id)
        if not 0 <= request.stream_id < playbook.plan.streams:
            return [Finish(status=grpc.StatusCode.INVALID_ARGUMENT, details="stream_id: the job has no such stream")]
        with self._lock:
            attempt = self._calls[request.stream_id]
            self._calls[request.stream_id] += 1
        begin_ms = _now_ms() if playbook.plan.live else RECORDED_AT_MS
        call = Call(plan=playbook.plan, request=request, attempt=attempt, begin_ms=begin_ms)
        steps = playbook.bend(good_steps(call), call)
        return within_limit(steps, request.max_frames if playbook.heeds_limit else 0)

    def _refuse_broken(self, context: grpc.ServicerContext) -> None:
        with self._lock:
            broken = context.peer() in self._broken
        if broken:
            context.abort(grpc.StatusCode.UNAVAILABLE, _BROKEN)


def _play(steps: list[Step], context: grpc.ServicerContext, begin: float, gone: threading.Event) -> Iterator[bytes]:
    for step in steps:
        match step:
            case Send():
                gone.wait(max(0.0, begin + step.at - time.monotonic()))
                yield _stamped(step)
            case Raw():
                yield step.data
            case Pause():
                gone.wait(step.seconds)
            case Hang():
                gone.wait()
            case Finish():
                _finish(step, context)
                return
            case _:
                assert_never(step)
        if gone.is_set():
            return


def _stamped(step: Send) -> bytes:
    if step.stamp:
        step.frame.server_timestamp = _now_ms() + step.skew_ms
    return step.frame.SerializeToString()


def _finish(step: Finish, context: grpc.ServicerContext) -> None:
    if step.status is not grpc.StatusCode.OK:
        context.abort(step.status, step.details)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def start_grpc(playbook: Playbook) -> tuple[Any, int]:
    """The running server and its free loopback port."""
    pool = futures.ThreadPoolExecutor(THREADS, thread_name_prefix="fault-server")
    server = grpc.server(pool, options=[("grpc.max_send_message_length", SEND_BYTES), ("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((FaultServicer(playbook).handlers(),))
    status = health_pb2.HealthCheckResponse
    servicer = health.HealthServicer()
    for name in ("", SERVICE):
        servicer.set(name, status.SERVING if playbook.health.serving else status.NOT_SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    address = "127.0.0.1:0"
    if playbook.tls:
        pair = (playbook.tls.key, playbook.tls.certificate)
        port = server.add_secure_port(address, grpc.ssl_server_credentials([pair]))
    else:
        port = server.add_insecure_port(address)
    server.start()
    return server, port
