"""uvicorn's connection with limits: to how many there are, to headers that drip, to replies that nobody reads."""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from nexy.config.api_section import ApiLimitsConfig
from nexy.transport.http_service.doorway import Doorway
from nexy.transport.http_service.patient_cycle import CONNECTION, PatientCycle

_TOO_MANY_HEADERS = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


def patient_protocol(limits: ApiLimitsConfig) -> type[asyncio.Protocol]:
    """The protocol class for one listener with these limits; uvicorn makes one of it for each connection."""
    doorway = Doorway(limits)

    class Patient(PatientProtocol):
        def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  uvicorn's own
            super().__init__(*args, limits=limits, doorway=doorway, **kwargs)

    return Patient


class PatientProtocol(HttpToolsProtocol):
    """Timers run only while somebody is slow; the fast path sets a flag."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  uvicorn's own
        limits: ApiLimitsConfig,
        doorway: Doorway,
        **kwargs: Any,  # noqa: ANN401  uvicorn's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self._limits = limits
        self._doorway = doorway
        self._turned_away = self._told = False
        self._listens = True
        self._header_bytes = 0
        self._waits_for_headers = True
        self._headers_timer: asyncio.TimerHandle | None = None
        self._stuck_timer: asyncio.TimerHandle | None = None
        self.on_lost: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client that never says anything goes too, and so does one too many."""
        super().connection_made(transport)
        if self._doorway.is_full(len(self.connections)):
            self._listens = False
            self._turned_away = self._doorway.turn_away()
            if not self._turned_away:
                transport.abort()
                return
        self._headers_timer = self.loop.call_later(self._limits.headers_seconds, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever works for this client."""
        super().connection_lost(exc)
        if self._turned_away:
            self._doorway.gone()
        self._stop(self._headers_timer)
        self._stop(self._stuck_timer)
        if self.on_lost is not None:
            self.on_lost()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; headers that are not complete after it are counted and timed."""
        if not self._listens:
            self._hear_no_more()
            return
        super().data_received(data)
        if not self._waits_for_headers:
            if self._headers_timer is not None:
                self._headers_timer.cancel()
                self._headers_timer = None
            return
        self._header_bytes += len(data)
        if self._header_bytes > self._limits.max_header_bytes:
            self.transport.write(_TOO_MANY_HEADERS)
            self.part()
        elif self._headers_timer is None:
            self._headers_timer = self.loop.call_later(self._limits.headers_seconds, self._give_up)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._waits_for_headers = True
        self.scope[CONNECTION] = self  # type: ignore[literal-required]

    def on_headers_complete(self) -> None:
        """From here on it is the body's time that counts."""
        self._waits_for_headers = False
        self._header_bytes = 0
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            # uvicorn makes its cycle itself; its task runs only after this.
            self.cycle.__class__ = PatientCycle

    def part(self) -> None:
        """End the connection behind its reply; what the client goes on sending is dropped unread, for a while.

        To close at once would answer those bytes with a reset, which can overtake the reply.
        """
        if self.transport.is_closing():
            return
        self._listens = False
        self._unset_keepalive_if_required()
        self.transport.write_eof()
        self.flow.resume_reading()
        self._stop(self._headers_timer)
        self._headers_timer = self.loop.call_later(self._limits.linger_seconds, self._give_up)

    def on_response_complete(self) -> None:
        """Behind the last reply of a connection there is nothing to wait for."""
        if self._listens:
            super().on_response_complete()

    @property
    def body_is_here(self) -> bool:
        """Whether nothing more of the last request is to come."""
        return not self.cycle.more_body

    def pause_writing(self) -> None:
        """The client does not read: it has some time to begin."""
        super().pause_writing()
        if self._stuck_timer is None:
            self._stuck_timer = self.loop.call_later(self._limits.stuck_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        self._stop(self._stuck_timer)
        self._stuck_timer = None

    def _hear_no_more(self) -> None:
        """One too many is told so as soon as it asks; all others that come here have their reply."""
        if self._turned_away and not self._told:
            self._told = True
            self.transport.write(self._doorway.refusal())
            self.part()

    def _give_up(self) -> None:
        self._headers_timer = None
        if not self.transport.is_closing():
            self.transport.close()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
