"""The calls that run: a stopped server returns a moment before the handlers that it cancelled have ended."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import grpc

# What a cancelled handler has to give back takes milliseconds; one that hangs must not hold the stop.
_LET_GO_SECONDS = 1.0
_KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


class RunningCalls(grpc.aio.ServerInterceptor):
    """Stands before interceptors that turn every handler into a coroutine, and knows the task of each."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def intercept_service(
        self,
        continuation: "Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]]",
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """The handler with its callable wrapped; unknown methods pass unchanged."""
        handler = await continuation(handler_call_details)
        for kind in _KINDS:
            behaviour = getattr(handler, kind, None)
            if behaviour is not None:
                return handler._replace(**{kind: partial(self._run, behaviour)})  # type: ignore[union-attr, no-any-return]
        return handler

    async def _run(self, behaviour: Callable[..., Awaitable[Any]], request: object, context: object) -> object:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await behaviour(request, context)

    async def ended(self) -> None:
        """Wait until the handlers have let go of everything."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=_LET_GO_SECONDS)
