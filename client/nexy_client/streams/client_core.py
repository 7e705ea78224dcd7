"""What both stream clients are, but for the waiting."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nexy_client.streams.address import Address, parse_address
from nexy_client.streams.connecting import Connecting
from nexy_client.streams.failure import NotConnected
from nexy_client.streams.following import Following
from nexy_client.streams.metrics import MetricsCollector
from nexy_client.streams.settings import Clock, StreamOrder, StreamSettings
from nexy_client.streams.trouble import Teller
from nexy_client.streams.trust import Trust
from nexy_client.streams.wire_calls import channel_options
from nexy_protocol.datastream_pb2 import HealthResponse
from nexy_protocol.memory import keep_freed_memory

_log = logging.getLogger("nexy_client.streams")
Metadata = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHealth:
    """What CheckHealth says."""

    healthy: bool
    version: str
    status: str


class ClientCore:
    """Settings, trust, metrics, and where the client is connected to."""

    def __init__(self, settings: StreamSettings, trust: Trust, metadata: Metadata, clock: Clock) -> None:
        self.settings = settings
        self.trust = trust
        self.metadata = tuple(metadata)
        self.clock = clock
        self.metrics = MetricsCollector(clock)
        self._teller: Teller | None = None

    def connecting(self, url: str, port: int | str | None) -> Connecting:
        """A connect() begins; raises `AddressInvalid`."""
        address = parse_address(url, port, use_tls=self.trust.use_tls)
        self.trust.check(address)
        teller = Teller(address=address, settings=self.settings, server_name=self.trust.server_name)
        return Connecting(teller, self.clock)

    def options_for(self, address: Address) -> list[tuple[str, int | str]]:
        """How the channel is made."""
        return channel_options(self.settings, self.trust, address)

    def connected(self, connecting: Connecting) -> None:
        """The connection stands."""
        self._teller = connecting.teller
        self.metrics.connected(connecting.seconds_spent)
        _log.info("connected to %s in %.3f s", connecting.address.target, connecting.seconds_spent)

    def disconnected(self) -> None:
        """There is none any more."""
        self._teller = None

    def following(self, order: StreamOrder) -> Following:
        """A stream begins; raises `NotConnected`."""
        following = Following(order, self.the_teller(), self.metrics, self.clock)
        _keep_memory_once()
        _log.info("stream %d of job %s, after frame %d", order.stream_id, order.job_id, order.resume_after_frame)
        return following

    def the_teller(self) -> Teller:
        """Who tells what goes wrong on this connection; raises `NotConnected`."""
        if self._teller is None:
            raise NotConnected("not connected: call connect(url, port) first, or stream inside connect_context")
        return self._teller


@cache
def _keep_memory_once() -> None:
    # Frames are large and many; what one has used serves the next.
    keep_freed_memory()


def health_of(answer: HealthResponse) -> ServiceHealth:
    """The answer as plain data."""
    return ServiceHealth(healthy=answer.healthy, version=answer.version, status=answer.status)


def gone() -> NotConnected:
    """The error of a stream whose client was disconnected."""
    return NotConnected("the client was disconnected while the stream ran")
