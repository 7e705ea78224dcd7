"""The one translation of errors into gRPC: status, error_message and trailing metadata."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

import grpc

from nexy.contracts.errors import CancelledByUser, Internal, NexyError
from nexy.transport.grpc_service.call_record import CallRecord, current_call

_log = logging.getLogger("nexy.grpc")
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
SendErrorMessage = Callable[[str], Awaitable[None]]


class ClientGone(CancelledByUser):
    """The client left while a message was on its way: nobody is there to be told."""


async def send(context: Context, message: object) -> None:
    """Write one message; raises `ClientGone` where grpc.aio finds the call already ended by its client."""
    try:
        await context.write(message)
    except grpc.aio.InternalError as broken:
        raise ClientGone("the client left") from broken


class ErrorCodeMapper:
    """Ends a call the way `voice.md` says; the status comes from the taxonomy table alone.

    `truncates`: a failure after data is a quiet end with trailers; without it every failure is its status.
    """

    def __init__(self, *, truncates: bool = True) -> None:
        self._truncates = truncates

    def status_of(self, error: NexyError) -> grpc.StatusCode:
        """The gRPC status of the error's row."""
        return grpc.StatusCode[error.taxonomy.grpc_status]

    async def end_truthfully(
        self, work: Coroutine[Any, Any, None], context: Context, send_error_message: SendErrorMessage | None = None
    ) -> None:
        """Run the call; a failure before data is a status, one after data what this service makes of it.

        The RPC edge: the one place of this protocol where every exception is caught.
        """
        call = current_call.get()
        try:
            await work
        except ClientGone as left:
            call.error = left
        except NexyError as error:
            await self._end(error, call, context, send_error_message)
        except Exception as defect:  # noqa: BLE001  the RPC edge
            _log.exception("defect in a call", extra={"method": call.method, "decision": "error"})
            hidden = Internal("internal error; the server's log has the details")
            hidden.__cause__ = defect
            await self._end(hidden, call, context, send_error_message)

    async def _end(
        self, error: NexyError, call: CallRecord, context: Context, send_error_message: SendErrorMessage | None
    ) -> None:
        call.error = error
        cancelled = isinstance(error, CancelledByUser)
        if self._truncates and call.data_sent and not cancelled:
            context.set_trailing_metadata((("nexy-outcome", "truncated"), *_about(error)))
            return
        if send_error_message is not None and not cancelled:
            await send_error_message(error.message)
        context.set_trailing_metadata(_about(error))
        context.set_code(self.status_of(error))
        context.set_details(error.message)


def _about(error: NexyError) -> tuple[tuple[str, str], ...]:
    named = (("nexy-error-type", error.error_type.value), ("nexy-error-code", error.code))
    if error.retry_after_seconds is None:
        return named
    return (*named, ("retry-after", str(max(1, round(error.retry_after_seconds)))))
