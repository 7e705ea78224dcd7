"""The voice service: reads messages, hands them down, writes the events that come back."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import grpc

from nexy.contracts.errors import NexyError, PermissionDenied, Unauthenticated, ValidationFailed
from nexy.contracts.turn import SoundEvent
from nexy.contracts.usage import UsageReport
from nexy.contracts.welcome import WelcomeRequestData
from nexy.transport.grpc_service.call_record import current_call
from nexy.transport.grpc_service.device_token import device_token
from nexy.transport.grpc_service.error_code_mapper import Context, ErrorCodeMapper, send
from nexy.transport.grpc_service.voice_codec import hardware_id_of, voice_request, voice_response, welcome_response
from nexy.workflows.admission import Admission
from nexy.workflows.grpc_service_integration import GrpcServiceIntegration
from nexy.workflows.interrupt import InterruptWorkflowIntegration
from nexy.workflows.usage import UsageWorkflowIntegration
from nexy.workflows.welcome import WelcomeWorkflowIntegration
from nexy_protocol import streaming_pb2 as pb
from nexy_protocol.streaming_pb2_grpc import StreamingServiceServicer

ACTIONS_METADATA = ("nexy-actions", "message")
IDEMPOTENCY_METADATA = "nexy-idempotency-key"
_NOT_ADMITTED = (Unauthenticated, PermissionDenied)


class VoiceServicer(StreamingServiceServicer):
    """The four RPCs of `streaming.proto`.

    The streaming ones write to the context themselves: an asynchronous generator handed to grpc.aio would be
    closed only after the call has ended.
    """

    def __init__(
        self,
        integration: GrpcServiceIntegration,
        interrupts: InterruptWorkflowIntegration,
        welcome: WelcomeWorkflowIntegration,
        usage: UsageWorkflowIntegration,
        admission: Admission,
    ) -> None:
        self._integration = integration
        self._interrupts = interrupts
        self._welcome = welcome
        self._usage = usage
        self._admission = admission
        self._errors = ErrorCodeMapper()

    async def StreamAudio(  # type: ignore[override]  # noqa: N802  a coroutine that writes, not a generator
        self, request_iterator: AsyncIterator[pb.StreamRequest], context: Context
    ) -> None:
        """Answer every message in order until the client half-closes."""

        async def send_error_message(text: str) -> None:
            await send(context, pb.StreamResponse(error_message=text))

        await self._errors.end_truthfully(self._stream_audio(context), context, send_error_message)

    async def _stream_audio(self, context: Context) -> None:
        actions_as_messages = ACTIONS_METADATA in {(key, value) for key, value in context.invocation_metadata() or ()}
        async with self._integration.stream():
            while True:
                async with self._integration.waiting_for_the_client():
                    message = await context.read()
                if message is grpc.aio.EOF:
                    return
                await self._reply(message, context, actions_as_messages)

    async def _reply(self, message: pb.StreamRequest, context: Context, actions_as_messages: bool) -> None:
        call = current_call.get()
        call.begin_turn()
        request = voice_request(message)
        await self._admission.device(request.hardware_id, device_token(context))
        async with self._integration.reply(request) as events:
            async for event in events:
                call.sequence += 1
                await send(context, voice_response(event, call.sequence, actions_as_messages))
                call.data_sent = True
                if isinstance(event, SoundEvent):
                    call.first_sound()
        call.end_turn()

    async def InterruptSession(  # noqa: N802
        self, request: pb.InterruptRequest, context: Context
    ) -> pb.InterruptResponse:
        """Cancel every running turn of the device; an unusable id or a missing part is success=false.

        A device that is not admitted gets the status of its refusal, here and in ReportUsage.
        """
        answer = pb.InterruptResponse()
        await self._errors.end_truthfully(self._interrupt(request, context, answer), context)
        return answer

    async def _interrupt(self, request: pb.InterruptRequest, context: Context, answer: pb.InterruptResponse) -> None:
        try:
            hardware_id = hardware_id_of(request.hardware_id)
            await self._admission.device(hardware_id, device_token(context))
            sessions = await self._interrupts.interrupt(hardware_id)
        except _NOT_ADMITTED:
            raise
        except NexyError as refused:
            answer.message = refused.message
            return
        answer.success = True
        answer.interrupted_sessions.extend(sessions)
        answer.message = f"{len(sessions)} sessions interrupted"

    async def GenerateWelcomeAudio(  # type: ignore[override]  # noqa: N802
        self, request: pb.WelcomeRequest, context: Context
    ) -> None:
        """Metadata, sound, end; where pairing is required, for whoever shows the token of a paired device."""

        async def send_error_message(text: str) -> None:
            await send(context, pb.WelcomeResponse(error_message=text))

        await self._errors.end_truthfully(self._greet(request, context), context, send_error_message)

    async def _greet(self, request: pb.WelcomeRequest, context: Context) -> None:
        call = current_call.get()
        call.begin_turn()
        await self._admission.greeting(device_token(context))
        greeting = WelcomeRequestData(
            text=request.text, session_id=request.session_id, voice=request.voice, language=request.language
        )
        async with self._integration.slot(), aclosing(self._welcome.greet(greeting)) as events:
            async for event in events:
                await send(context, welcome_response(event))
                call.data_sent = True
                if isinstance(event, SoundEvent):
                    call.first_sound()

    async def ReportUsage(  # noqa: N802
        self, request: pb.UsageRequest, context: Context
    ) -> pb.UsageResponse:
        """Success only when the counts are durably stored; a call that names itself may be repeated."""
        answer = pb.UsageResponse()
        await self._errors.end_truthfully(self._report(request, context, answer), context)
        return answer

    async def _report(self, request: pb.UsageRequest, context: Context, answer: pb.UsageResponse) -> None:
        try:
            hardware_id = hardware_id_of(request.hardware_id)
        except ValidationFailed as refused:
            answer.message = refused.message
            return
        await self._admission.device(hardware_id, device_token(context))
        report = UsageReport(
            hardware_id=hardware_id,
            session_id=request.session_id,
            source=request.source,
            input_tokens=request.input_tokens,
            output_tokens=request.output_tokens,
            model=request.model,
        )
        named = dict(context.invocation_metadata() or ()).get(IDEMPOTENCY_METADATA, "")
        receipt = await self._usage.report(report, idempotency_key=str(named))
        answer.success = receipt.success
        answer.message = receipt.message
