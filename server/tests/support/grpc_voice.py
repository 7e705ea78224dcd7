"""A real gRPC server around the real parts, on a port of its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc

from nexy.config.sections import GrpcConfig, WelcomeConfig
from nexy.transport.grpc_service.grpc_server import VoiceServicer
from nexy.transport.grpc_service.grpc_service_manager import GrpcServiceManager
from nexy.utils.clock import SystemClock
from nexy.utils.metrics_collector import MetricsCollector
from nexy.workflows.admission import OPTIONAL, Admission
from nexy.workflows.usage import UsageWorkflowIntegration
from nexy.workflows.welcome import WelcomeWorkflowIntegration
from nexy_protocol import streaming_pb2 as pb
from nexy_protocol.streaming_pb2_grpc import StreamingServiceStub
from support.voice_parts import Setting, Step, VoiceParts, voice_parts

SESSION = "6f9619ff-8b86-4d11-b42d-00c04fc964ff"
OTHER_SESSION = "1b4e28ba-2fa1-4d11-883f-0016d3cca427"


@dataclass(slots=True, kw_only=True)
class GrpcVoice:
    """The running server, a channel to it and what stands behind it."""

    parts: VoiceParts
    manager: GrpcServiceManager
    metrics: MetricsCollector
    channel: grpc.aio.Channel
    stub: StreamingServiceStub


@asynccontextmanager
async def grpc_voice(
    home: Path, steps: Sequence[Step] = ("Hello there. ",), setting: Setting | None = None, devices: str = OPTIONAL
) -> AsyncIterator[GrpcVoice]:
    """Listen, connect, and leave nothing behind; `devices` is the rule for them."""
    async with voice_parts(home, steps, setting) as parts:
        metrics = MetricsCollector(60, SystemClock())
        servicer = VoiceServicer(
            parts.integration,
            parts.interrupts,
            WelcomeWorkflowIntegration(parts.coordinator, WelcomeConfig(), "en"),
            UsageWorkflowIntegration(parts.coordinator),
            Admission(parts.coordinator, devices),
        )
        manager = GrpcServiceManager(GrpcConfig(port=0), servicer, metrics, with_reflection=True)
        await manager.initialize()
        try:
            async with grpc.aio.insecure_channel(manager.address) as channel:
                stub = StreamingServiceStub(channel)
                yield GrpcVoice(parts=parts, manager=manager, metrics=metrics, channel=channel, stub=stub)
        finally:
            await manager.cleanup()


def ask(
    prompt: str = "hello",
    *,
    session: str = SESSION,
    device: str = "mac",
    phase: "pb.RequestPhase.ValueType" = pb.REQUEST_PHASE_UNSPECIFIED,
    seq: int = 0,
    chunk: str | None = None,
) -> pb.StreamRequest:
    """A request message."""
    return pb.StreamRequest(
        prompt=prompt, hardware_id=device, session_id=session, phase=phase, chunk_seq=seq, chunk_text=chunk
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a stream ended: what came, its status and trailing metadata."""

    responses: list[pb.StreamResponse]
    status: grpc.StatusCode
    details: str
    trailers: dict[str, str]

    @property
    def kinds(self) -> list[str]:
        """The kinds of content in order."""
        return [response.WhichOneof("content") or "nothing" for response in self.responses]

    @property
    def text(self) -> str:
        """The words, joined."""
        return "".join(response.text_chunk for response in self.responses)


async def stream(voice: GrpcVoice, *requests: pb.StreamRequest, metadata: Sequence[tuple[str, str]] = ()) -> Ended:
    """Send everything, half-close, and take the whole stream."""
    call = voice.stub.StreamAudio(iter(requests), metadata=metadata or None)
    return await ended(call)


async def ended(call: "grpc.aio.StreamStreamCall[pb.StreamRequest, pb.StreamResponse]") -> Ended:
    """The rest of a call."""
    responses: list[pb.StreamResponse] = []
    try:
        while isinstance(response := await call.read(), pb.StreamResponse):
            responses.append(response)
    except grpc.aio.AioRpcError:
        pass
    trailers = {key: str(value) for key, value in await call.trailing_metadata() or ()}
    return Ended(responses=responses, status=await call.code(), details=await call.details() or "", trailers=trailers)
