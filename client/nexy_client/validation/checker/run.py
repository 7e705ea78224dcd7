"""The order of a check: job, health, streams, refusals, end of the job."""

import asyncio
import time
from collections.abc import Sequence

from nexy_client.streams.address import parse_address
from nexy_client.streams.client_core import ServiceHealth
from nexy_client.streams.failure import AddressInvalid, AnswerUnreadable, ConnectionFailed, JobNotFound, StreamError
from nexy_client.streams.focus_answers import ConfigureAnswer
from nexy_client.streams.focus_client import FocusClient
from nexy_client.streams.trust import trust_of
from nexy_client.validation.checker.configuring import MAX_CHANNELS, Configured, configure, focus_client
from nexy_client.validation.checker.order import CheckOrder, Watcher
from nexy_client.validation.checker.probes import Probes, certificate_lasts, plain_text_is_refused, probe_channel
from nexy_client.validation.checker.stream_check import StreamCheck
from nexy_client.validation.failures import code_of
from nexy_client.validation.finding import FindingLog
from nexy_client.validation.report import CheckReport, StreamReport

_HIGHEST_PORT = 65_535


def _nobody(_: object) -> None:
    """Nobody watches."""


async def check_streams(order: CheckOrder, watcher: Watcher = _nobody) -> CheckReport:
    """Check a server as ordered. What is wrong with the server is in the report, never raised.

    Raises `AddressInvalid` and `CertificateUnreadable` where the order itself cannot be carried out.
    """
    began_s, began = time.time(), time.monotonic()
    log = FindingLog(None, order.limits.findings_kept)
    focus = focus_client(order)
    check = _Check(order, focus, log, watcher)
    try:
        configured = await asyncio.to_thread(configure, focus, order)
    except StreamError as error:
        log.note(_configure_code(error), value=str(error))
        configured = None
    streams = await check.of(configured) if configured else ()
    return CheckReport(
        target=order.api,
        job_id=configured.answer.job_id if configured else "",
        server_version=check.health.version if check.health else "",
        source=configured.source if configured else "",
        source_description=configured.description if configured else "",
        of_product=configured is not None and configured.product,
        probed=order.probes,
        started_s=began_s,
        seconds=time.monotonic() - began,
        findings=log.kept,
        counts=dict(log.counts),
        streams=streams,
        answer=configured.answer if configured else None,
    )


def _configure_code(error: StreamError) -> str:
    match error:
        case ConnectionFailed() | AnswerUnreadable() | JobNotFound():
            return code_of(error)
        case _:
            return "configure_refused"


class _Check:
    def __init__(self, order: CheckOrder, focus: FocusClient, log: FindingLog, watcher: Watcher) -> None:
        self._order = order
        self._focus = focus
        self._log = log
        self._watcher = watcher
        self.health: ServiceHealth | None = None

    async def of(self, configured: Configured) -> Sequence[StreamReport]:
        """Everything about one job; a job of ours is ended whatever happens."""
        try:
            streams = await self._streams(configured)
            # A server that cannot be reached has been told of; nothing else can be asked of it.
            if self._order.probes and streams:
                await self._probe(configured)
            await asyncio.to_thread(self._job_stands, configured)
            return streams
        finally:
            if configured.ours:
                await asyncio.to_thread(self._end, configured.answer.job_id)

    async def _streams(self, configured: Configured) -> Sequence[StreamReport]:
        """All at once, as they are watched; one that cannot connect speaks for all."""
        if not self._address_is_one(configured):
            return ()
        wanted = self._order.streams
        ids = streams_of(configured.answer) if wanted is None else wanted
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(StreamCheck(self._order, configured, one, self._log, self._watcher).run())
                for one in ids
            ]
        return tuple(report for task in tasks if (report := task.result()) is not None)

    def _address_is_one(self, configured: Configured) -> bool:
        try:
            parse_address(*configured.address, use_tls=self._order.security.tls)
        except AddressInvalid as wrong:
            port = configured.answer.stream_port
            self._log.note(
                "stream_port" if _no_port(port) else "connect_failed", value=port if _no_port(port) else str(wrong)
            )
            return False
        return True

    async def _probe(self, configured: Configured) -> None:
        security = self._order.security
        address = parse_address(*configured.address, use_tls=security.tls)
        trust = trust_of(address.tls, security.ca, security.server_name)
        async with probe_channel(address, trust) as channel:
            probes = Probes(channel, self._log, self._order.limits.health_s, self._order.metadata)
            self.health = await probes.health()
            if self.health is not None:
                await probes.unknown_job()
        if address.tls:
            await plain_text_is_refused(address, self._log)
            await asyncio.to_thread(certificate_lasts, address, security, self._order.limits, self._log)

    def _job_stands(self, configured: Configured) -> None:
        """A job that failed says why; a server without this door says nothing."""
        try:
            job = self._focus.job(configured.answer.job_id)
        except StreamError:
            return
        if job.status == "failed":
            self._log.note("job_failed", value=job.problem or "no reason given")

    def _end(self, job_id: str) -> None:
        try:
            self._focus.end_job(job_id)
        except JobNotFound:
            return  # it has ended by itself
        except StreamError as error:
            self._log.note("job_not_removed", value=str(error))


def streams_of(answer: ConfigureAnswer) -> tuple[int, ...]:
    """Those that carry channels; how many there are said to be is judged with the answer. The first in any case."""
    named = {stream for stream in answer.channel_to_stream_index.values() if 0 <= stream < MAX_CHANNELS}
    return tuple(sorted(named)) or (0,)


def _no_port(port: int | str) -> bool:
    return not (str(port).isdigit() and 0 < int(port) <= _HIGHEST_PORT)
