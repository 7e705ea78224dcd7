"""Small questions to the server: is it well, does it refuse what it should, is its encryption real."""

import socket
import ssl
import time
from typing import Any

import grpc

from nexy_client.failure import CallFailed
from nexy_client.health import Health, ask_health
from nexy_client.streams.address import Address
from nexy_client.streams.client_core import Metadata, ServiceHealth, health_of
from nexy_client.streams.settings import StreamSettings
from nexy_client.streams.trust import Trust, trust_of
from nexy_client.streams.wire_calls import CHECK_HEALTH, STREAM_SPECTROGRAMS, channel_options
from nexy_client.validation.checker.order import Security
from nexy_client.validation.finding import FindingLog
from nexy_client.validation.thresholds import Thresholds
from nexy_protocol.datastream_pb2 import DESCRIPTOR, HealthRequest, HealthResponse, StreamRequest

UNKNOWN_JOB = "0-404404404"
SERVICE = DESCRIPTOR.services_by_name["DataStreamService"].full_name
_DEADLINE_S = 5.0
_PLAIN_DEADLINE_S = 2.0
_DAY_S = 86_400
_UNKNOWN_WORDS = ("not found", "unknown", "no such", "does not exist", "not known", "expired")


def probe_channel(address: Address, trust: Trust) -> grpc.aio.Channel:
    """Made as the stream client makes its own, inside the running loop; plain text unless `trust` wants TLS."""
    options = channel_options(StreamSettings(), trust, address)
    if not trust.use_tls:
        return grpc.aio.insecure_channel(address.target, options=options)
    return grpc.aio.secure_channel(address.target, trust.credentials(), options=options)


class Probes:
    """Asks over one channel, as a client does; what is wrong goes to the log."""

    def __init__(self, channel: grpc.aio.Channel, log: FindingLog, patience_s: float, metadata: Metadata = ()) -> None:
        self._channel = channel
        self._metadata = tuple(metadata)
        self._patience_s = patience_s
        self._log = log

    async def health(self) -> ServiceHealth | None:
        """CheckHealth and grpc.health.v1 answer, say yes, and agree."""
        told = await self._check_health("health_unreachable")
        if told is not None:
            if not told.healthy:
                self._log.note("not_healthy", value=told.status or "no reason given")
            if not told.version:
                self._log.note("version_missing")
        serving = await self._serving()
        if told is not None and serving is not None and told.healthy != (serving is Health.SERVING):
            self._log.note("health_disagrees", value=f"healthy={told.healthy}", expected=serving.value)
        return told

    async def _check_health(self, code: str) -> ServiceHealth | None:
        ask: Any = self._channel.unary_unary(
            CHECK_HEALTH,
            request_serializer=HealthRequest.SerializeToString,
            response_deserializer=HealthResponse.FromString,
        )
        try:
            return health_of(await ask(HealthRequest(), timeout=self._patience_s, metadata=self._metadata))
        except grpc.aio.AioRpcError as error:
            self._log.note(code, value=f"CheckHealth: {error.code().name} {error.details() or ''}".strip())
            return None

    async def _serving(self) -> Health | None:
        """The state of the service; a server that only knows the state of the whole is asked for that."""
        state: Health | None = None
        for service in (SERVICE, ""):
            try:
                state = await ask_health(self._channel, service, self._patience_s, self._metadata)
            except CallFailed as failed:
                if service and failed.status == grpc.StatusCode.NOT_FOUND.name:
                    continue
                self._log.note("health_unreachable", value=f"grpc.health.v1: {failed}")
                return None
            break
        if state is not Health.SERVING:
            self._log.note("not_serving", value=state.value if state else None, expected=Health.SERVING.value)
        return state

    async def unknown_job(self) -> None:
        """A job that does not exist is refused in words, and the connection survives it."""
        status, words = await self._refusal()
        if status != grpc.StatusCode.NOT_FOUND.name:
            self._log.note("unknown_job_status", value=status, expected=grpc.StatusCode.NOT_FOUND.name)
        elif UNKNOWN_JOB not in words or not any(one in words.lower() for one in _UNKNOWN_WORDS):
            self._log.note(
                "unknown_job_text", value=words or "no words at all", expected=f"job {UNKNOWN_JOB} not found"
            )
        await self._check_health("connection_unusable")

    async def _refusal(self) -> tuple[str, str]:
        stream: Any = self._channel.unary_stream(
            STREAM_SPECTROGRAMS, request_serializer=StreamRequest.SerializeToString
        )
        request = StreamRequest(job_id=UNKNOWN_JOB, max_frames=1)
        call = stream(request, timeout=self._patience_s, metadata=self._metadata)
        try:
            first = await call.read()
            return ("OK without a frame" if first is grpc.aio.EOF else "a frame"), ""
        except grpc.aio.AioRpcError as error:
            return error.code().name, error.details() or ""
        finally:
            call.cancel()


async def plain_text_is_refused(address: Address, log: FindingLog) -> None:
    """A port that speaks TLS must not answer without it."""
    async with probe_channel(address, Trust()) as channel:
        ask: Any = channel.unary_unary(
            CHECK_HEALTH,
            request_serializer=HealthRequest.SerializeToString,
            response_deserializer=HealthResponse.FromString,
        )
        try:
            await ask(HealthRequest(), timeout=_PLAIN_DEADLINE_S)
        except grpc.aio.AioRpcError:
            return
    log.note("plaintext_accepted")


def certificate_lasts(address: Address, security: Security, limits: Thresholds, log: FindingLog) -> None:
    """Warn before the certificate ends; whether it is trusted is the connection's own business."""
    context = trust_of(True, security.ca, security.server_name).context()
    context.check_hostname = False
    context.set_alpn_protocols(["h2"])
    try:
        pem = _certificate(address, context, security.server_name or address.host)
    except OSError:
        return
    left_s = ssl.cert_time_to_seconds(str(pem.get("notAfter", ""))) - time.time() if pem.get("notAfter") else None
    if left_s is not None and left_s < limits.certificate_days * _DAY_S:
        log.note("certificate_expires", value=int(left_s // _DAY_S), expected=limits.certificate_days)


def _certificate(address: Address, context: ssl.SSLContext, server_name: str) -> dict[str, Any]:
    plain = socket.create_connection((address.host, address.port), timeout=_DEADLINE_S)
    with plain, context.wrap_socket(plain, server_hostname=server_name) as secured:
        return secured.getpeercert() or {}
