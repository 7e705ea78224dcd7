"""From the order to a job: what the source has, what is asked for, what was answered."""

from dataclasses import dataclass, replace

from nexy_client.streams.address import Address, parse_address
from nexy_client.streams.failure import AddressInvalid, RequestRefused, StreamError
from nexy_client.streams.focus_answers import ConfigureAnswer, FocusSource, JobMetadata
from nexy_client.streams.focus_client import FocusClient
from nexy_client.validation.checker.order import CheckOrder, JobWish
from nexy_client.validation.expectation import Asked, piece_s_of

DEFAULT_API_PORT = 8000
MAX_CHANNELS = 2222
_USUAL_NFFT, _LEAST_NFFT = 1024, 128
_WINDOWS = 2
_PRODUCT = "spectrogram product"
# Opening a large recording for the first time takes a while.
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A job to be checked; `ours` tells that we made it and are to end it."""

    answer: ConfigureAnswer
    asked: Asked
    ours: bool
    source: str = ""
    description: str = ""
    product: bool = False

    @property
    def address(self) -> tuple[str, int | str]:
        """Where its streams are."""
        return self.answer.stream_url, self.answer.stream_port


def focus_client(order: CheckOrder, patience_s: float = _PATIENCE_S) -> FocusClient:
    """The REST door; without a port the usual one. An https:// address is trusted as the streams are."""
    address = _api_address(order.api)
    ca = order.security.ca if address.tls else None
    scheme = "https" if address.tls else "http"
    return FocusClient(
        f"{scheme}://{address.target}",
        api_key=order.api_key,
        timeout=patience_s,
        use_tls=address.tls,
        ca_certificate=ca,
        server_name=order.security.server_name if address.tls else None,
    )


def _api_address(api: str) -> Address:
    try:
        return parse_address(api)
    except AddressInvalid:
        return parse_address(api, DEFAULT_API_PORT)


def configure(focus: FocusClient, order: CheckOrder) -> Configured:
    """Make the job, or look the named one up; raises `StreamError`."""
    if isinstance(order.job, str):
        known = focus.metadata(order.job)
        found = _source(focus, known.source) if known.source else None
        return _configured(Configured(answer=known, asked=Asked.of(known), ours=False, source=known.source), found)
    source = _source(focus, order.job.source)
    wish = _completed(order.job, source, focus, order.seconds)
    answer = focus.configure(
        channels=wish.channels or (0, 0),
        nfft=wish.nfft,
        height=wish.height,
        start_time=wish.start_s,
        end_time=wish.end_s,
        frequency_range=wish.frequency_range,
        view_type=wish.view_type,
        source=wish.source or None,
    )
    made = Configured(answer=answer, asked=_asked(focus, wish, answer), ours=True, source=wish.source)
    return _configured(made, source)


def _configured(made: Configured, source: FocusSource | None) -> Configured:
    """With the source's own words about what it is."""
    if source is None:
        return made
    told = source.fiber_description
    return replace(made, description=told, product=source.band_energy or _PRODUCT in told.lower())


def _source(focus: FocusClient, name: str) -> FocusSource | None:
    """Older servers have no list of sources; then the wish must say everything itself."""
    try:
        listed = focus.sources().sources
    except StreamError:
        return None
    return next((one for one in listed if name in ("", one.name)), None)


def _completed(wish: JobWish, source: FocusSource | None, focus: FocusClient, seconds: float) -> JobWish:
    if wish.channels is None:
        found = focus.channels(wish.source)
        last = min(found.highest_channel, found.lowest_channel + MAX_CHANNELS - 1)
        wish = replace(wish, channels=(found.lowest_channel, last))
    wish = replace(wish, nfft=wish.nfft or _nfft_for(source))
    live = wish.live if wish.live is not None else wish.start_s is None and (source is None or source.live)
    if live:
        return replace(wish, live=True, start_s=None, end_s=None)
    if source is None and wish.start_s is None:
        raise RequestRefused("the server does not list its sources: give the range with --from and --to")
    start = wish.start_s if wish.start_s is not None else source.start_time if source else 0.0
    latest = source.end_time if source and source.end_time is not None else start + seconds
    window_s = wish.nfft / source.prr if source and source.prr > 0 else 0.0
    wanted = start + max(seconds, _WINDOWS * window_s)
    return replace(wish, live=False, start_s=start, end_s=wish.end_s if wish.end_s is not None else min(latest, wanted))


def _nfft_for(source: FocusSource | None) -> int:
    nfft = _USUAL_NFFT
    while source is not None and source.samples is not None and nfft > max(source.samples, _LEAST_NFFT):
        nfft //= 2
    return nfft


def _asked(focus: FocusClient, wish: JobWish, answer: ConfigureAnswer) -> Asked:
    known = _metadata(focus, answer.job_id)
    first, last = wish.channels or (None, None)
    lowest, highest = wish.frequency_range or (None, None)
    return Asked(
        live=wish.live,
        first_channel=first,
        last_channel=last,
        lowest_hz=lowest,
        highest_hz=highest,
        height=wish.height,
        nfft=wish.nfft,
        view_type=wish.view_type,
        start_s=wish.start_s,
        end_s=wish.end_s,
        sample_rate_hz=known.prr or None if known else None,
        rows=known.rows if known else None,
        flagged_channels=frozenset(known.dead_channels + known.nan_channels) if known else frozenset(),
        nan_channels=frozenset(known.nan_channels) if known else frozenset(),
        piece_s=piece_s_of(known) if known else 0.0,
    )


def _metadata(focus: FocusClient, job_id: str) -> JobMetadata | None:
    try:
        return focus.metadata(job_id)
    except StreamError:
        return None
