"""Requests that name their reply, and the table that answers them.

`class Recall(Request[MemoryContext])` is answered by `MemoryContext`; where R is an `AsyncGenerator`,
the caller consumes it inside `contextlib.aclosing`.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar, cast

from nexy.contracts.errors import Internal

R = TypeVar("R")
Q = TypeVar("Q", bound="Request[Any]")


class Request(Generic[R]):
    """Base of everything a module can be asked; subclasses are frozen, slotted, keyword-only dataclasses."""

    __slots__ = ()


class RequestHandlers:
    """Which coroutine of a module answers which request class, with the types kept together.

    Raises `Internal` for a request that the module does not know: a defect of the caller.
    """

    def __init__(self) -> None:
        self._by_type: dict[type[Request[Any]], Callable[[Any], Awaitable[Any]]] = {}

    def on(self, request_type: type[Q], handler: Callable[[Q], Awaitable[Any]]) -> None:
        """Let `handler` answer every request of exactly this class."""
        self._by_type[request_type] = handler

    async def answer(self, request: Request[R]) -> R:
        """The handler's reply to the request."""
        handler = self._by_type.get(type(request))
        if handler is None:
            raise Internal(f"no handler for {type(request).__name__}", code="unknown_request")
        return cast(R, await handler(request))
