"""From what a client asks for to what will be computed."""

from dataclasses import dataclass

from nexy.contracts.streams import JobFacts, SourceFacts, StreamOrder
from nexy.modules.sensor_streams.spectra.bins import DisplayBins, display_bins
from nexy.modules.sensor_streams.spectra.checks import (
    SMALLEST_NFFT,
    check_channels,
    check_height,
    check_nfft,
    checked_frequencies,
    refuse,
)
from nexy.modules.sensor_streams.spectra.feed_order import FeedOrder
from nexy.modules.sensor_streams.spectra.rows import hop_of
from nexy.modules.sensor_streams.spectra.span import Span, wanted_span


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBounds:
    """How much one job may have, and how many channels one stream carries."""

    max_channels: int
    channels_per_stream: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One computation for each stream of the job, in the order of their ids."""

    source: SourceFacts
    order: StreamOrder
    feeds: tuple[FeedOrder, ...]

    @property
    def row_seconds(self) -> float:
        """The time from one row to the next: lines_dt."""
        return self.feeds[0].hop / self.source.sample_rate_hz

    def facts(self, job_id: str, created_at_s: float) -> JobFacts:
        """The configure answer."""
        first = self.feeds[0]
        owners = {
            channel: stream
            for stream, feed in enumerate(self.feeds)
            for channel in range(feed.first_channel, feed.first_channel + feed.channels)
        }
        return JobFacts(
            job_id=job_id,
            source=self.source,
            order=self.order,
            frequencies_hz=first.bins.centres_hz(self.source.sample_rate_hz / first.nfft),
            row_seconds=self.row_seconds,
            hop=first.hop,
            nfft_effective=first.nfft,
            rows=first.rows,
            channel_to_stream=owners,
            streams=len(self.feeds),
            created_at_s=created_at_s,
        )


def plan_job(order: StreamOrder, facts: SourceFacts, available: int, bounds: PlanBounds) -> Plan:
    """What to compute for the order, when the source has so many samples.

    Raises `ValidationFailed` with the field as the client sent it and what to send instead.
    """
    check_channels(order, facts, bounds.max_channels)
    check_nfft(order)
    check_height(order)
    bins = _bins(order, facts.sample_rate_hz)
    span = wanted_span(order, facts, available)
    if span is not None:
        _check_length(span, order.nfft, facts)
    return Plan(source=facts, order=order, feeds=_feeds(order, facts, bins, span, bounds.channels_per_stream))


def _bins(order: StreamOrder, sample_rate_hz: float) -> DisplayBins:
    lowest, highest = checked_frequencies(order, sample_rate_hz / 2)
    step = sample_rate_hz / order.nfft
    bins = display_bins(order.nfft, step, lowest, highest, order.height)
    if bins is None:
        raise refuse("frequencyRange", f"no frequency bin lies within {lowest:g} to {highest:g} Hz; they are "
                     f"{step:g} Hz apart, so widen the range or choose a larger nfftSelection")  # fmt: skip
    return bins


def _check_length(span: Span, nfft: int, facts: SourceFacts) -> None:
    # Short of a row where nfft is less than a hop: then there would be nothing to send.
    hop = hop_of(facts.sample_rate_hz)
    needed = max(nfft, hop)
    if span.samples < needed or not span.rows(hop / facts.sample_rate_hz):
        smaller = " or choose a smaller nfftSelection" if nfft > SMALLEST_NFFT else ""
        raise refuse("end_time", f"the range has {span.samples} samples, less than one window of {needed}; make it at "
                     f"least {needed / facts.sample_rate_hz:.3f} s long{smaller}")  # fmt: skip


def _feeds(
    order: StreamOrder, facts: SourceFacts, bins: DisplayBins, span: Span | None, per_stream: int
) -> tuple[FeedOrder, ...]:
    hop = hop_of(facts.sample_rate_hz)
    firsts = range(order.first_channel, order.last_channel + 1, per_stream)
    return tuple(
        FeedOrder(
            source=facts.name,
            first_channel=first,
            channels=min(per_stream, order.last_channel + 1 - first),
            nfft=order.nfft,
            hop=hop,
            bins=bins,
            start_ns=None if span is None else facts.start_ns + round(span.first * 1e9 / facts.sample_rate_hz),
            samples=None if span is None else span.samples,
            rows=None if span is None else span.rows(hop / facts.sample_rate_hz),
        )
        for first in firsts
    )
