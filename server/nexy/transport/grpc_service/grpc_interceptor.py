"""Every RPC of every service passes here: decision log, classification, metrics.

What the statuses mean to a client is the table of `contracts/errors.py`; the log line's
`error_classified` is `transient` exactly where that table says that a retry may help.
"""

import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Any, TypeAlias

import grpc

from nexy.contracts.errors import CancelledByUser, ErrorType, NexyError
from nexy.transport.grpc_service.call_record import CallRecord, current_call
from nexy.transport.grpc_service.error_code_mapper import ClientGone, Context
from nexy.utils.metrics_collector import MetricsCollector, Outcome

_log = logging.getLogger("nexy.grpc")
_OUTCOMES = {
    ErrorType.CANCELLED_BY_USER: Outcome.CANCELLED,
    ErrorType.STREAM_LIMIT_EXCEEDED: Outcome.REFUSED,
    ErrorType.RATE_LIMIT_EXCEEDED: Outcome.REFUSED,
    ErrorType.BUDGET_EXHAUSTED: Outcome.REFUSED,
    ErrorType.VALIDATION_FAILED: Outcome.INVALID,
    ErrorType.UNAUTHENTICATED: Outcome.INVALID,
    ErrorType.PERMISSION_DENIED: Outcome.INVALID,
    ErrorType.NOT_FOUND: Outcome.INVALID,
    ErrorType.TOO_LARGE: Outcome.INVALID,
}
# Refused for the server's own reasons, not failed.
_REFUSAL_CODES = frozenset({"switched_off", "shutting_down"})
# Of these the time to the first sound or frame is measured, not how long somebody listened.
_FIRST_SOUND_METHODS = ("StreamAudio", "GenerateWelcomeAudio", "StreamSpectrograms")
# A live stream has no end of its own: whoever watches it leaves when it is enough.
_ENDED_BY_CLIENTS = ("StreamSpectrograms",)
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


class LoggingInterceptor(grpc.aio.ServerInterceptor):
    """Wraps the handler's callable and leaves its serialisers alone."""

    def __init__(self, metrics: MetricsCollector) -> None:
        self._metrics = metrics

    async def intercept_service(
        self,
        continuation: "Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]]",
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "Handler | None":
        """The handler with its callable wrapped; unknown methods pass unchanged."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return handler
        method = handler_call_details.method
        for kind in ("unary_unary", "unary_stream", "stream_unary", "stream_stream"):
            behaviour = getattr(handler, kind)
            if behaviour is not None:
                return handler._replace(**{kind: self._wrapped(method, behaviour)})  # type: ignore[attr-defined, no-any-return]
        return handler

    def _wrapped(self, method: str, behaviour: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        run = _written(behaviour) if inspect.isasyncgenfunction(behaviour) else behaviour

        async def logged(request: object, context: Context) -> object:
            call = CallRecord(method, partial(self._metrics.observe_latency, method.rpartition("/")[2]))
            token = current_call.set(call)
            self._began(call, context)
            left_early = True
            try:
                reply = await run(request, context)
                left_early = False
                return reply
            finally:
                current_call.reset(token)
                self._ended(call, left_early)

        return logged

    def _began(self, call: CallRecord, context: Context) -> None:
        if _log.isEnabledFor(logging.INFO):
            remaining = context.time_remaining()
            seen = {"peer": context.peer(), "deadline_s": None if remaining is None else round(remaining, 3)}
            _log.info("call", extra={"method": call.method, "decision": "start", "ctx": seen})
        self._metrics.count_decision("start")

    def _ended(self, call: CallRecord, left_early: bool) -> None:
        error = CancelledByUser("left") if left_early and call.error is None else call.error
        outcome, decision = _outcome(error)
        seen: dict[str, object] = {}
        rpc = call.method.rpartition("/")[2]
        left = (left_early and call.error is None) or isinstance(error, ClientGone)
        if left and call.data_sent and rpc in _ENDED_BY_CLIENTS:
            decision = "complete"
        if call.first_sound_ms is not None:
            seen["first_ms"] = round(call.first_sound_ms, 1)
        if left:
            seen |= {"ended_by": "client", "data_sent": call.data_sent}
        elif error is not None:
            classified = "transient" if error.retryable else "permanent"
            seen |= {"error_type": error.error_type.value, "code": error.code, "error_classified": classified}
            seen["data_sent"] = call.data_sent
        level = logging.WARNING if outcome is Outcome.ERROR else logging.INFO
        extra = {"method": call.method, "decision": decision, "ctx": seen, "dur_ms": call.elapsed_ms}
        _log.log(level, "call", extra=extra)
        self._metrics.count_decision(decision)
        if outcome is Outcome.REFUSED:
            self._metrics.count_refusal()
        self._metrics.observe_rpc(rpc, outcome, None if rpc in _FIRST_SOUND_METHODS else call.elapsed_ms)


def _outcome(error: NexyError | None) -> tuple[Outcome, str]:
    if error is None:
        return Outcome.OK, "complete"
    if error.code in _REFUSAL_CODES:
        return Outcome.REFUSED, "abort"
    outcome = _OUTCOMES.get(error.error_type, Outcome.ERROR)
    return outcome, "error" if outcome is Outcome.ERROR else "abort"


def _written(generate: Callable[..., AsyncIterator[Any]]) -> Callable[..., Awaitable[None]]:
    """A generator handler as a coroutine that writes, so that it is closed before the call ends."""

    async def write_all(request: object, context: Context) -> None:
        async with aclosing(generate(request, context)) as replies:  # type: ignore[type-var]
            async for reply in replies:
                await context.write(reply)

    return write_all
