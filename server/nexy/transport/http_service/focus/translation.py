"""Between the shapes of this door and the contracts below it."""

import re
from collections.abc import Sequence

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.streams import JobStatus, SourceFacts, StreamOrder, ViewType
from nexy.transport.http_service.focus.shapes import (
    ConfigureBody,
    ConfigureReply,
    JobReply,
    LiveMetadataReply,
    MetadataReply,
    SourceReply,
)

# As `sensor_streams.sources` takes them; whatever else could be a path, or is not worth repeating.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def source_name(given: str | None) -> str:
    """The name of a source, empty for the default one; raises `ValidationFailed` for a path."""
    name = given or ""
    if name and not _NAME.fullmatch(name):
        raise ValidationFailed(
            "source: it is the name of a configured source, not a path; GET /focus-server/sources lists the names",
            field="source",
        )
    return name


def order_of(body: ConfigureBody) -> StreamOrder:
    """The order; raises `ValidationFailed` where only one of the two times is given."""
    if (body.start_time is None) != (body.end_time is None):
        missing = "start_time" if body.start_time is None else "end_time"
        raise ValidationFailed(f"{missing}: give both times, or null for both to watch live", field=missing)
    wanted = body.frequency_range
    return StreamOrder(
        nfft=body.nfft,
        height=body.display_info.height,
        first_channel=body.channels.min,
        last_channel=body.channels.max,
        lowest_hz=wanted.min if wanted else None,
        highest_hz=wanted.max if wanted else None,
        start_s=body.start_time,
        end_s=body.end_time,
        view=ViewType(body.view_type),
        source=source_name(body.source),
    )


def configure_reply(status: JobStatus, host: str, port: int) -> ConfigureReply:
    """The configure answer."""
    job = status.job
    return ConfigureReply(
        status=status.state.value,
        job_id=job.job_id,
        stream_url=host,
        stream_port=port,
        frequencies_list=list(job.frequencies_hz),
        frequencies_amount=len(job.frequencies_hz),
        lines_dt=job.row_seconds,
        channel_to_stream_index={str(channel): stream for channel, stream in job.channel_to_stream.items()},
        stream_amount=job.streams,
        channel_amount=len(job.channel_to_stream),
        view_type=int(job.order.view),
        intensity_unit=job.source.unit,
        hop=job.hop,
        nfft_effective=job.nfft_effective,
        created_at=job.created_at_s,
    )


def metadata_reply(status: JobStatus, host: str, port: int) -> MetadataReply:
    """The configure answer with the source; flagged channels are those that the job shows."""
    told = configure_reply(status, host, port)
    source, shown = status.job.source, status.job.channel_to_stream
    return MetadataReply(
        **{name: getattr(told, name) for name in ConfigureReply.__struct_fields__},
        source=source.name,
        prr=source.sample_rate_hz,
        rows=status.job.rows,
        dead_channels=[channel for channel in source.dead_channels if channel in shown],
        nan_channels=[channel for channel in source.nan_channels if channel in shown],
        delivers_in_pieces_s=source.delivers_in_pieces_s,
    )


def job_reply(status: JobStatus) -> JobReply:
    """The job as it stands."""
    return JobReply(
        job_id=status.job.job_id,
        status=status.state.value,
        source=status.job.source.name,
        viewers=status.viewers,
        frames=status.frames,
        rows=status.job.rows,
        created_at=status.job.created_at_s,
        problem=status.problem,
    )


def live_metadata_reply(facts: SourceFacts, version: str) -> LiveMetadataReply:
    """What the old clients ask of a fibre."""
    return LiveMetadataReply(
        dx=facts.distance_step_m,
        prr=facts.sample_rate_hz,
        fiber_start_meters=facts.fiber_start_m,
        fiber_length_meters=facts.distance_step_m * facts.channels,
        sw_version=version,
        number_of_channels=facts.channels,
        fiber_description=facts.description,
        dtype=facts.dtype,
        num_samples_per_trace=facts.samples,
        lowest_channel=facts.lowest_channel,
        source=facts.name,
        intensity_unit=facts.unit,
        dead_channels=list(facts.dead_channels),
        nan_channels=list(facts.nan_channels),
        delivers_in_pieces_s=facts.delivers_in_pieces_s,
        band_energy=facts.band_energy,
    )


def source_replies(sources: Sequence[SourceFacts]) -> list[SourceReply]:
    """Sources for people and programs."""
    return [_source_reply(facts) for facts in sources]


def _source_reply(facts: SourceFacts) -> SourceReply:
    start = facts.start_ns / 1e9
    return SourceReply(
        name=facts.name,
        kind=facts.kind,
        live=facts.live,
        prr=facts.sample_rate_hz,
        lowest_channel=facts.lowest_channel,
        highest_channel=facts.highest_channel,
        number_of_channels=facts.channels,
        samples=facts.samples,
        start_time=start,
        end_time=None if facts.samples is None else start + facts.samples / facts.sample_rate_hz,
        intensity_unit=facts.unit,
        dtype=facts.dtype,
        dx=facts.distance_step_m,
        fiber_start_meters=facts.fiber_start_m,
        fiber_description=facts.description,
        dead_channels=list(facts.dead_channels),
        nan_channels=list(facts.nan_channels),
        delivers_in_pieces_s=facts.delivers_in_pieces_s,
        band_energy=facts.band_energy,
    )
