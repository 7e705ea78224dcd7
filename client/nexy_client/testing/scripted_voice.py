"""The voice service, played from scripts on a real connection."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as grpc_health

from nexy_client.testing.good_answers import Metadata, TurnScript, WelcomeScript, good_turn, good_welcome
from nexy_client.testing.steps import Finish, Hang, Step, end
from nexy_protocol.streaming_pb2 import (
    REQUEST_PHASE_COLLECT,
    InterruptRequest,
    InterruptResponse,
    StreamRequest,
    UsageRequest,
    UsageResponse,
    WelcomeRequest,
)
from nexy_protocol.streaming_pb2_grpc import StreamingServiceServicer, add_StreamingServiceServicer_to_server

Context = grpc.aio.ServicerContext[Any, Any]
MAX_MESSAGE_BYTES = 16 * 1024 * 1024


class ScriptedVoice(StreamingServiceServicer):
    """Answers by its scripts and remembers what it was asked; collected speech is joined with spaces."""

    def __init__(self, turn: TurnScript = good_turn, welcome: WelcomeScript = good_welcome) -> None:
        self.turn = turn
        self.welcome = welcome
        self.usage_refusal = ""
        self.collect_answer = end("COLLECT_ACCEPTED")
        self.requests: list[StreamRequest] = []
        self.greetings: list[WelcomeRequest] = []
        self.metadata: list[dict[str, str]] = []
        self.abandoned = asyncio.Event()
        self._collected: dict[str, list[str]] = {}
        self._hanging: dict[tuple[str, str], asyncio.Event] = {}

    # Coroutines that write, not generators: those grpc.aio leaves suspended when the client hangs up.
    async def StreamAudio(  # type: ignore[override]  # noqa: N802  the contract's name
        self, request_iterator: AsyncIterator[StreamRequest], context: Context
    ) -> None:
        """Play the turn's script for every message."""
        metadata = self._remember(context)
        try:
            async for request in request_iterator:
                self.requests.append(request)
                if not await self._play(self._script(request, metadata), request, context):
                    return
        except asyncio.CancelledError:
            self.abandoned.set()
            raise

    async def InterruptSession(  # noqa: N802
        self, request: InterruptRequest, context: Context
    ) -> InterruptResponse:
        """End the hanging turns of the device."""
        self._remember(context)
        if not request.hardware_id:
            return InterruptResponse(success=False, message="hardware_id: it is empty")
        ended = [session for device, session in self._hanging if device == request.hardware_id]
        for session in ended:
            self._hanging[request.hardware_id, session].set()
        return InterruptResponse(success=True, interrupted_sessions=ended, message=f"{len(ended)}")

    async def GenerateWelcomeAudio(  # type: ignore[override]  # noqa: N802
        self, request: WelcomeRequest, context: Context
    ) -> None:
        """Play the greeting's script."""
        self._remember(context)
        self.greetings.append(request)
        await self._play(self.welcome(request), StreamRequest(), context)

    async def ReportUsage(  # noqa: N802
        self, request: UsageRequest, context: Context
    ) -> UsageResponse:
        """Accept, unless `usage_refusal` says why not."""
        self._remember(context)
        return UsageResponse(success=not self.usage_refusal, message=self.usage_refusal)

    def _script(self, request: StreamRequest, metadata: Metadata) -> list[Step]:
        waiting = self._collected.setdefault(request.session_id, [])
        if request.phase == REQUEST_PHASE_COLLECT:
            waiting.append(request.chunk_text)
            return [self.collect_answer]
        merged = StreamRequest()
        merged.CopyFrom(request)
        merged.prompt = " ".join([*waiting, request.prompt]).strip()
        waiting.clear()
        return self.turn(merged, metadata)

    def _remember(self, context: Context) -> Metadata:
        found = {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}
        self.metadata.append(found)
        return found

    async def _play(self, script: list[Step], request: StreamRequest, context: Context) -> bool:
        """Whether the call goes on after the script."""
        for step in script:
            match step:
                case Finish():
                    await _finish(step, context)
                    return False
                case Hang():
                    await self._hang(request)
                    await context.abort(grpc.StatusCode.CANCELLED, "interrupted")
                case _:
                    await context.write(step)
        return True

    async def _hang(self, request: StreamRequest) -> None:
        silenced = self._hanging.setdefault((request.hardware_id, request.session_id), asyncio.Event())
        try:
            await silenced.wait()
        finally:
            del self._hanging[request.hardware_id, request.session_id]


async def _finish(step: Finish, context: Context) -> None:
    if step.status is grpc.StatusCode.OK:
        context.set_trailing_metadata(step.trailers)
        return
    await context.abort(step.status, step.details, step.trailers)


@asynccontextmanager
async def serve_scripted(
    voice: ScriptedVoice, *, credentials: grpc.ServerCredentials | None = None, serving: bool = True
) -> AsyncGenerator[str, None]:
    """Serve on a free loopback port with grpc.health.v1; yields the target."""
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)])
    add_StreamingServiceServicer_to_server(voice, server)
    health = grpc_health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
    await health.set("", status)
    address = "127.0.0.1:0"
    port = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)
