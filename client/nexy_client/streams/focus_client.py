"""The REST door of sensor streams: jobs are configured, looked at and ended here."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from nexy_client.streams.address import parse_address
from nexy_client.streams.failure import StreamError
from nexy_client.streams.focus_answers import (
    Ack,
    ChannelRange,
    ConfigureAnswer,
    FocusJob,
    FocusSource,
    JobMetadata,
    LiveMetadata,
    Recordings,
    SourceList,
)
from nexy_client.streams.focus_decoding import decode_answer
from nexy_client.streams.focus_http import FocusHttp
from nexy_client.streams.trust import Certificate, trust_of

T = TypeVar("T")
_PREFIX = "/focus-server"


class FocusClient:
    """Asks /focus-server/* of one server; every failure is a StreamError whose text says what to do.

    `url` is http://host:port, https://host:port or host with `port`. `timeout` is seconds for each request,
    from connecting to the last byte of its answer. `server_name` is the name in the certificate where it is not the
    host.
    """

    def __init__(
        self,
        url: str,
        port: int | str | None = None,
        *,
        api_key: str = "",
        timeout: float = 10.0,
        use_tls: bool = False,
        ca_certificate: Certificate | None = None,
        server_name: str | None = None,
    ) -> None:
        trust = trust_of(use_tls, ca_certificate, server_name)
        address = parse_address(url, port, use_tls=use_tls)
        trust.check(address)
        self._http = FocusHttp(address=address, trust=trust, api_key=api_key, timeout=timeout)

    def configure(
        self,
        *,
        channels: tuple[int, int],
        nfft: int,
        height: int,
        start_time: float | None = None,
        end_time: float | None = None,
        frequency_range: tuple[float, float] | None = None,
        view_type: int = 0,
        source: str | None = None,
        display_seconds: float | None = None,
    ) -> ConfigureAnswer:
        """Begin a job. Channels are inclusive, frequencies Hz, times epoch seconds; without times it is live."""
        body: dict[str, Any] = {
            "channels": {"min": channels[0], "max": channels[1]},
            "nfftSelection": nfft,
            "displayInfo": {"height": height},
            "start_time": start_time,
            "end_time": end_time,
            "view_type": view_type,
        }
        if frequency_range is not None:
            body["frequencyRange"] = {"min": frequency_range[0], "max": frequency_range[1]}
        if source is not None:
            body["source"] = source
        if display_seconds is not None:
            body["displayTimeAxisDuration"] = display_seconds
        return self._ask("POST", "/configure", ConfigureAnswer, body)

    @contextmanager
    def configured(self, **order: Any) -> Iterator[ConfigureAnswer]:  # noqa: ANN401  configure's own arguments
        """A job for the block, ended after it; takes what `configure` takes."""
        answer = self.configure(**order)
        try:
            yield answer
        finally:
            # A job that has already expired, or a server that is gone, leaves nothing to end.
            with suppress(StreamError):
                self.end_job(answer.job_id)

    def ack(self) -> Ack:
        """Whether streams are served."""
        return self._ask("GET", "/ack", Ack)

    def channels(self, source: str = "") -> ChannelRange:
        """The channels of a source, the default one where none is named."""
        return self._ask("GET", _with_source("/channels", source), ChannelRange)

    def live_metadata(self, source: str = "") -> LiveMetadata:
        """The fibre of a source."""
        return self._ask("GET", _with_source("/live_metadata", source), LiveMetadata)

    def metadata(self, job_id: str) -> JobMetadata:
        """A job's configure answer again, and its source."""
        return self._ask("GET", f"/metadata/{quote(job_id, safe='')}", JobMetadata)

    def job(self, job_id: str) -> FocusJob:
        """A job's state; raises `JobNotFound`."""
        return self._ask("GET", f"/jobs/{quote(job_id, safe='')}", FocusJob)

    def end_job(self, job_id: str) -> FocusJob:
        """Cancel a job and end its streams; raises `JobNotFound`."""
        return self._ask("DELETE", f"/jobs/{quote(job_id, safe='')}", FocusJob)

    def sources(self) -> SourceList:
        """Every configured source with its outcome."""
        return self._ask("GET", "/sources", SourceList)

    def recordings_in_time_range(self, start_time: float, end_time: float) -> tuple[FocusSource, ...]:
        """What holds samples between these epoch seconds."""
        body = {"start_time": start_time, "end_time": end_time}
        return self._ask("POST", "/recordings_in_time_range", Recordings, body).recordings

    def _ask(self, method: str, path: str, kind: type[T], body: object = None) -> T:
        where = f"{self._http.url}{_PREFIX}{path}"
        return decode_answer(self._http.ask(method, f"{_PREFIX}{path}", body), kind, where)


def _with_source(path: str, source: str) -> str:
    return f"{path}?{urlencode({'source': source})}" if source else path
