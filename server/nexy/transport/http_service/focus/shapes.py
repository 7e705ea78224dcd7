"""What travels over /focus-server/*: bodies and replies, their names as the old clients know them."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, field

_MAX_INT = 2**31 - 1
Count = Annotated[int, Meta(ge=0, le=_MAX_INT)]
Positive = Annotated[int, Meta(ge=1, le=_MAX_INT)]
# The last second of the year 9999: what any calendar can show.
Moment = Annotated[float, Meta(ge=0, le=253_402_300_799)]
Hertz = Annotated[float, Meta(ge=0, le=1e9)]


class DisplayInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The picture's height in pixels: the most bins that are of use."""

    height: Positive


class ChannelRange(msgspec.Struct, frozen=True, kw_only=True):
    """Channel numbers, both inclusive."""

    min: Count
    max: Count


class FrequencyRange(msgspec.Struct, frozen=True, kw_only=True):
    """Hz, both inclusive."""

    min: Hertz
    max: Hertz


class ConfigureBody(msgspec.Struct, frozen=True, kw_only=True):
    """What to watch. Both times null: live. `view_type` 0 multichannel, 1 single channel, 2 waterfall."""

    nfft: Positive = field(name="nfftSelection")
    display_info: DisplayInfo = field(name="displayInfo")
    channels: ChannelRange
    start_time: Moment | None
    end_time: Moment | None
    view_type: Literal[0, 1, 2]
    frequency_range: FrequencyRange | None = field(name="frequencyRange", default=None)
    source: Annotated[str, Meta(max_length=256)] | None = None
    display_seconds: Annotated[float, Meta(ge=0)] | None = field(name="displayTimeAxisDuration", default=None)


class TimeRangeBody(msgspec.Struct, frozen=True, kw_only=True):
    """Epoch seconds."""

    start_time: Moment
    end_time: Moment


class ConfigureReply(msgspec.Struct, frozen=True, kw_only=True):
    """What every stream of the job holds; bins and row rate are these, never derived from nfft."""

    status: str
    job_id: str
    stream_url: str
    stream_port: int
    frequencies_list: list[float]
    frequencies_amount: int
    lines_dt: float
    channel_to_stream_index: dict[str, int]
    stream_amount: int
    channel_amount: int
    view_type: int
    intensity_unit: str
    hop: int
    nfft_effective: int
    created_at: float


class MetadataReply(ConfigureReply, frozen=True, kw_only=True):
    """The configure answer again, with what its source is; `rows` is null for a live job."""

    source: str
    prr: float
    rows: int | None
    dead_channels: list[int]
    nan_channels: list[int]
    delivers_in_pieces_s: float = 0.0


class JobReply(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it stands; `problem` is one sentence where it failed."""

    job_id: str
    status: str
    source: str
    viewers: int
    frames: int
    rows: int | None
    created_at: float
    problem: str


class AckReply(msgspec.Struct, frozen=True, kw_only=True):
    """The part that serves streams runs."""

    status: str
    sw_version: str


class ChannelsReply(msgspec.Struct, frozen=True, kw_only=True):
    """Channel numbers of the source, both inclusive."""

    lowest_channel: int
    highest_channel: int


class LiveMetadataReply(msgspec.Struct, frozen=True, kw_only=True):
    """The source: dx in metres, prr in Hz; `num_samples_per_trace` is null for one that grows."""

    dx: float
    prr: float
    fiber_start_meters: float
    fiber_length_meters: float
    sw_version: str
    number_of_channels: int
    fiber_description: str
    dtype: str
    num_samples_per_trace: int | None
    lowest_channel: int
    source: str
    intensity_unit: str
    dead_channels: list[int]
    nan_channels: list[int]
    delivers_in_pieces_s: float = 0.0
    band_energy: bool = False


class SourceReply(msgspec.Struct, frozen=True, kw_only=True):
    """A source that can be watched; `end_time` and `samples` are null for one that grows."""

    name: str
    kind: str
    live: bool
    prr: float
    lowest_channel: int
    highest_channel: int
    number_of_channels: int
    samples: int | None
    start_time: float
    end_time: float | None
    intensity_unit: str
    dtype: str
    dx: float
    fiber_start_meters: float
    fiber_description: str
    dead_channels: list[int]
    nan_channels: list[int]
    delivers_in_pieces_s: float = 0.0
    band_energy: bool = False


class RefusedSource(msgspec.Struct, frozen=True, kw_only=True):
    """A configured source that cannot be watched."""

    name: str
    reason: str


class SourcesReply(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is configured with its outcome."""

    sources: list[SourceReply]
    refused: list[RefusedSource]


class RecordingsReply(msgspec.Struct, frozen=True, kw_only=True):
    """What holds samples in the range."""

    recordings: list[SourceReply]


class RefusalDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The field to mend, where there is one: "channels.max"."""

    field: str = ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every refusal of this door."""

    error: str
    code: str
    details: RefusalDetails
