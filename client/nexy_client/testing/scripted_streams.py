"""The sensor stream service, played from scripts on a real connection."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeAlias

import grpc

from nexy_client.streams.wire_calls import DATA_STREAM_SERVICE, MAX_FRAME_BYTES
from nexy_client.testing.steps import Finish, Hang
from nexy_protocol.datastream_pb2 import HealthRequest, HealthResponse, StreamRequest

StreamStep: TypeAlias = bytes | Finish | Hang
StreamScript: TypeAlias = Callable[[StreamRequest], Iterable[StreamStep]]
_Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
_THREADS = 8


def nothing(_request: StreamRequest) -> list[StreamStep]:
    """An empty stream."""
    return []


class ScriptedStreams:
    """Plays `script` for every call and remembers what it was asked; messages are sent as the bytes that they are.

    `health` is what CheckHealth does: an answer, a refusal, or silence.
    """

    def __init__(self, script: StreamScript = nothing) -> None:
        self.script = script
        self.health: HealthResponse | Finish | Hang = HealthResponse(healthy=True, version="0.1.0", status="running")
        self.requests: list[StreamRequest] = []
        self.metadata: list[dict[str, str | bytes]] = []
        self.abandoned = threading.Event()

    def handlers(self) -> grpc.GenericRpcHandler:
        """What to register with a server."""
        stream: _Handler = grpc.unary_stream_rpc_method_handler(
            self._stream, request_deserializer=StreamRequest.FromString
        )
        health: _Handler = grpc.unary_unary_rpc_method_handler(
            self._check_health,
            request_deserializer=HealthRequest.FromString,
            response_serializer=HealthResponse.SerializeToString,
        )
        methods = {"StreamSpectrograms": stream, "CheckHealth": health}
        return grpc.method_handlers_generic_handler(DATA_STREAM_SERVICE, methods)

    def _stream(self, request: StreamRequest, context: grpc.ServicerContext) -> Iterator[bytes]:
        self.requests.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        gone = _gone(context)
        for step in self.script(request):
            match step:
                case Finish():
                    _finish(step, context)
                    return
                case Hang():
                    gone.wait()
                    self.abandoned.set()
                    return
                case _:
                    try:
                        yield step
                    except GeneratorExit:
                        # The client hung up before the next step: grpc asks for no more and lets go of us.
                        self.abandoned.set()
                        raise

    def _check_health(self, _request: HealthRequest, context: grpc.ServicerContext) -> HealthResponse:
        match self.health:
            case Finish() as refusal:
                _finish(refusal, context)
                return HealthResponse()
            case Hang():
                _gone(context).wait()
                return HealthResponse()
            case answer:
                return answer


def _gone(context: grpc.ServicerContext) -> threading.Event:
    """Set when the call is over for its client."""
    gone = threading.Event()
    if not context.add_callback(gone.set):
        gone.set()
    return gone


def _finish(step: Finish, context: grpc.ServicerContext) -> None:
    context.set_trailing_metadata(step.trailers)
    if step.status is not grpc.StatusCode.OK:
        context.abort(step.status, step.details)


@contextmanager
def serve_streams(
    streams: ScriptedStreams, *, credentials: grpc.ServerCredentials | None = None, port: int = 0
) -> Iterator[int]:
    """Serve on loopback until the block is left, in threads of its own; yields the port."""
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="scripted-streams")
    server = grpc.server(pool, options=[("grpc.max_send_message_length", MAX_FRAME_BYTES * 2)])
    server.add_generic_rpc_handlers((streams.handlers(),))
    address = f"127.0.0.1:{port}"
    bound = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    server.start()
    try:
        yield bound
    finally:
        server.stop(None).wait()
        pool.shutdown()
