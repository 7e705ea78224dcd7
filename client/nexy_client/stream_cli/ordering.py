"""From the options to the order, before the server is asked anything."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.invocation import LOOPBACK, Invocation
from nexy_client.stream_cli.problem import CannotDo
from nexy_client.stream_cli.values import When
from nexy_client.streams.address import parse_address
from nexy_client.validation.checker.configuring import DEFAULT_API_PORT
from nexy_client.validation.checker.order import JobWish, Security
from nexy_client.validation.thresholds import Thresholds, ThresholdsInvalid

KEY_VARIABLE = "NEXY_API_KEY"
_OF_THE_WISH = ("source", "channels", "frequencies", "nfft", "height", "view_type", "live", "begin", "end")
_SINGLE = 1
_USUAL = JobWish()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What both commands want: a server and a job. Times may still be relative to the recording's beginning."""

    api: str
    security: Security
    api_key: str
    job: str | JobWish
    begin: When | None = None
    end: When | None = None


def wanted(options: Namespace, invocation: Invocation, words: Catalogue) -> Wanted:
    """What the options say; raises `CannotDo` where they contradict each other."""
    api = _server(options, invocation, words)
    key = options.api_key if options.api_key is not None else invocation.environment.get(KEY_VARIABLE, "")
    _refuse_contradictions(options, words)
    return Wanted(
        api=api,
        security=_security(options, api, words),
        api_key=key,
        job=options.job or _wish(options),
        begin=options.begin,
        end=options.end,
    )


def _server(options: Namespace, invocation: Invocation, words: Catalogue) -> str:
    if options.server:
        return str(options.server)
    if invocation.find_server is None:
        return LOOPBACK
    found = invocation.find_server(options.home)
    if found is None:
        raise CannotDo(words.text("failure.no_home_server"))
    return found


def _security(options: Namespace, api: str, words: Catalogue) -> Security:
    """Anything that speaks of TLS asks for it; only --no-tls declines it for the stream behind an https:// door."""
    https = parse_address(api, None if _names_port(api) else DEFAULT_API_PORT).tls
    named = bool(options.ca or options.server_name)
    if options.tls is False and named:
        raise CannotDo(words.text("usage.tls_contradiction"))
    tls = options.tls if options.tls is not None else https or named
    if options.ca is not None and not options.ca.is_file():
        raise CannotDo(words.text("usage.no_ca", file=options.ca))
    return Security(tls=tls, ca=options.ca, server_name=options.server_name)


def _names_port(api: str) -> bool:
    return ":" in (api.partition("://")[2] or api).partition("/")[0].rpartition("]")[2]


def _wish(options: Namespace) -> JobWish:
    return JobWish(
        source=options.source,
        channels=options.channels,
        nfft=options.nfft or _USUAL.nfft,
        height=options.height or _USUAL.height,
        frequency_range=options.frequencies,
        view_type=options.view_type or _USUAL.view_type,
        live=True if options.live else None,
    )


def _refuse_contradictions(options: Namespace, words: Catalogue) -> None:
    told = [name for name in _OF_THE_WISH if getattr(options, name) not in (None, "", False)]
    if options.job and told:
        raise CannotDo(words.text("usage.job_and_wish", option=_option(told[0])))
    if options.live and (options.begin or options.end):
        raise CannotDo(words.text("usage.live_and_range"))
    begin, end = options.begin, options.end
    if begin and end and begin.after_begin == end.after_begin and end.seconds <= begin.seconds:
        raise CannotDo(words.text("usage.end_before_start"))
    channels = options.channels
    if options.view_type == _SINGLE and channels and channels[0] != channels[1]:
        raise CannotDo(words.text("usage.single", first=channels[0], last=channels[1]))


def _option(name: str) -> str:
    return "--" + {"begin": "from", "end": "to"}.get(name, name).replace("_", "-")


def limits_of(file: Path | None, told: Mapping[str, float], words: Catalogue) -> Thresholds:
    """The file's, over them those of the command line; raises `CannotDo`."""
    try:
        from_file = Thresholds.read(file) if file else Thresholds()
    except ThresholdsInvalid as invalid:
        raise CannotDo(words.text("usage.thresholds_file", reason=invalid)) from invalid
    settings = {name: getattr(from_file, name) for name in Thresholds.__slots__}
    return Thresholds.of({**settings, **told})
