"""Whoever shows a token or a key at this door means to be somebody: it must hold. Who shows none is let in."""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from nexy.contracts.access import Scope
from nexy.transport.http_service.callers import REFUSED, Callers, key_in
from nexy.transport.http_service.endpoint import Endpoint, Handler
from nexy.workflows.admission import Admission


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Asks `admission` what somebody shows; who is refused counts for the rate of the address, which `callers` has."""

    admission: Admission
    callers: Callers

    async def look(self, request: Request) -> None:
        """Raises what `Admission.bearer` does, and `RateLimitExceeded`."""
        asking = _Asking(scope=request.scope, heads=dict(request.headers.raw))
        key, _ = key_in(asking.heads)
        if not key:
            return
        try:
            await self.admission.bearer(key.decode("latin-1"), Scope.SENSORS)
        except REFUSED:
            await self.callers.count(asking, "")
            raise


@dataclass(slots=True, kw_only=True)
class _Asking:
    scope: MutableMapping[str, Any]
    heads: Mapping[bytes, bytes]


def guarded(endpoints: Sequence[Endpoint], guard: Guard) -> Sequence[Endpoint]:
    """The same endpoints; they refuse what does not hold, and keys without the scope `sensors`."""
    return [replace(endpoint, handler=_guarded(endpoint.handler, guard)) for endpoint in endpoints]


def _guarded(handler: Handler, guard: Guard) -> Handler:
    async def asked(request: Request) -> Response:
        await guard.look(request)
        return await handler(request)

    return asked
