"""Asks the server what it has before a job is made, so that a wrong wish is told in the person's own words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.ordering import Wanted
from nexy_client.stream_cli.problem import CannotDo, cannot
from nexy_client.stream_cli.values import When
from nexy_client.streams.failure import ConnectionFailed, RequestRefused, StreamError
from nexy_client.streams.focus_answers import FocusSource, SourceList
from nexy_client.streams.focus_client import FocusClient
from nexy_client.validation.checker.configuring import focus_client
from nexy_client.validation.checker.order import CheckOrder, JobWish

T = TypeVar("T")
# Asked to the millisecond, recorded to the microsecond.
_SLACK_S = 0.001
# A server that is alive says at least so much soon; a source may need longer.
_FIRST_WORD_S = 10.0


def prepared(order: CheckOrder, want: Wanted, words: Catalogue) -> CheckOrder:
    """The order with its times resolved; raises `CannotDo` for what the server does not have."""
    focus = _asked(lambda: focus_client(order), order, words)
    _asked(order.security.for_channel, order, words)
    _asked(lambda: _greeted(focus_client(order, _FIRST_WORD_S)), order, words)
    if isinstance(order.job, str):
        job = order.job
        _asked(lambda: focus.metadata(job), order, words)
        return order
    listed = _sources(focus, order, words)
    source = None if listed is None else _source(listed, order.job.source, words)
    wish = _with_times(order.job, want, source, words)
    if source is not None:
        _fits(wish, source, words)
        wish = replace(wish, source=source.name)
    return replace(order, job=wish)


def _asked(ask: Callable[[], T], order: CheckOrder, words: Catalogue) -> T:
    try:
        return ask()
    except StreamError as error:
        raise cannot(error, order.api, words) from error


def _greeted(focus: FocusClient) -> None:
    """Whatever the server says but nothing at all is well: the questions after this one tell better."""
    try:
        focus.ack()
    except ConnectionFailed:
        raise
    except StreamError:
        return


def _sources(focus: FocusClient, order: CheckOrder, words: Catalogue) -> SourceList | None:
    """None from an older server, which has no list."""
    try:
        return focus.sources()
    except RequestRefused as refused:
        if refused.status == str(HTTPStatus.NOT_FOUND.value):
            return None
        raise cannot(refused, order.api, words) from refused
    except StreamError as error:
        raise cannot(error, order.api, words) from error


def _source(listed: SourceList, name: str, words: Catalogue) -> FocusSource:
    refused = next((one for one in listed.refused if one.name == name), None)
    if refused is not None:
        raise CannotDo(words.text("source.refused", name=name, reason=refused.reason))
    if not listed.sources:
        raise CannotDo(words.text("source.none"))
    found = next((one for one in listed.sources if name in ("", one.name)), None)
    if found is None:
        names = ", ".join(one.name for one in listed.sources)
        raise CannotDo(words.text("source.unknown", name=name, names=names))
    return found


def _with_times(wish: JobWish, want: Wanted, source: FocusSource | None, words: Catalogue) -> JobWish:
    begin, end = _resolved(want.begin, source, words), _resolved(want.end, source, words)
    if end is not None and begin is None:
        if source is None or source.live:
            raise CannotDo(words.text("usage.to_alone"))
        begin = source.start_time
    if begin is not None and end is not None and end <= begin:
        raise CannotDo(words.text("usage.end_before_start"))
    return replace(wish, start_s=begin, end_s=end)


def _resolved(when: When | None, source: FocusSource | None, words: Catalogue) -> float | None:
    if when is None or not when.after_begin:
        return None if when is None else when.seconds
    if source is None or source.live:
        raise CannotDo(words.text("usage.relative", seconds=when.seconds))
    return source.start_time + when.seconds


def _fits(wish: JobWish, source: FocusSource, words: Catalogue) -> None:
    lowest, highest = source.lowest_channel, source.highest_channel
    if wish.channels and not (lowest <= wish.channels[0] and wish.channels[1] <= highest):
        first, last = wish.channels
        raise CannotDo(
            words.text("source.channels", name=source.name, first=first, last=last, lowest=lowest, highest=highest)
        )
    nyquist = source.prr / 2
    if wish.frequency_range and source.prr and wish.frequency_range[1] > nyquist:
        raise CannotDo(
            words.text("source.frequencies", name=source.name, asked=wish.frequency_range[1], nyquist=nyquist)
        )
    if wish.live and not source.live:
        raise CannotDo(words.text("source.not_live", name=source.name))
    _range_fits(wish, source, words)


def _range_fits(wish: JobWish, source: FocusSource, words: Catalogue) -> None:
    if source.end_time is None or wish.start_s is None:
        return
    outside = wish.start_s >= source.end_time or wish.start_s < source.start_time - _SLACK_S
    if outside or (wish.end_s is not None and wish.end_s > source.end_time + _SLACK_S):
        raise CannotDo(
            words.text(
                "source.range",
                name=source.name,
                start=f"{source.start_time:.10g}",
                end=f"{source.end_time:.10g}",
                start_time=_clock(source.start_time),
                end_time=_clock(source.end_time),
                length=f"{source.end_time - source.start_time:g}",
            )
        )


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
