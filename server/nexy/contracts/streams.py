"""Sensor streams: what may be watched, what a job is, what one frame holds."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from nexy.contracts.request import Request


class ViewType(IntEnum):
    """How the channels of a job are shown."""

    MULTICHANNEL = 0
    SINGLE_CHANNEL = 1
    WATERFALL = 2


class JobState(StrEnum):
    """Where a job stands."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What a source says of itself.

    Sample i of a channel lies at `start_ns` + i / `sample_rate_hz` (epoch, nanoseconds). `samples` is None where the
    source is live and grows. `dead_channels` never move, `nan_channels` hold no numbers: both are legal and flagged.
    `delivers_in_pieces_s` is above 0 where a live source grows by whole pieces (files) of about that length.
    `band_energy`: the values are energies of a frequency band over time, not samples.
    """

    name: str
    kind: str
    live: bool
    sample_rate_hz: float
    lowest_channel: int
    channels: int
    samples: int | None
    start_ns: int
    unit: str
    dtype: str
    distance_step_m: float
    fiber_start_m: float
    description: str = ""
    dead_channels: Sequence[int] = ()
    nan_channels: Sequence[int] = ()
    delivers_in_pieces_s: float = 0.0
    band_energy: bool = False

    @property
    def highest_channel(self) -> int:
        """The last channel's number."""
        return self.lowest_channel + self.channels - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOrder:
    """What POST /configure asks for, checked for its form only.

    Channels are inclusive; frequencies in Hz, None for 0 and Nyquist; times in epoch seconds, both None: live.
    """

    nfft: int
    height: int
    first_channel: int
    last_channel: int
    lowest_hz: float | None = None
    highest_hz: float | None = None
    start_s: float | None = None
    end_s: float | None = None
    view: ViewType = ViewType.MULTICHANNEL
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """The configure answer: what every stream of the job will hold. Bins and row rate are these, never nfft's.

    `channel_to_stream` maps each channel to the stream that carries it; the channels of one stream abut.
    `rows` is None for a live job. `row_seconds` is lines_dt = hop / sample rate.
    """

    job_id: str
    source: SourceFacts
    order: StreamOrder
    frequencies_hz: Sequence[float]
    row_seconds: float
    hop: int
    nfft_effective: int
    rows: int | None
    channel_to_stream: Mapping[int, int]
    streams: int
    created_at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """A job as it stands; `problem` is one sentence where it failed."""

    job: JobFacts
    state: JobState
    viewers: int
    frames: int
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrumFrame:
    """One row of one stream: linear amplitudes of [sensor][bin], float32, little endian, C order.

    `number` starts at 1 and grows by 1 per (job, stream); [`start_ms`, `end_ms`) in epoch milliseconds, fractions kept
    by rounding each edge, so that rows abut. `highest` and `lowest` are the exact extremes of `intensities`.
    """

    stream_id: int
    number: int
    start_ms: int
    end_ms: int
    first_channel: int
    sensors: int
    bins: int
    intensities: bytes | bytearray | memoryview
    highest: float
    lowest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedFrame:
    """A frame on its way to one viewer; `dropped` is how many this viewer has lost since it began (live only)."""

    frame: SpectrumFrame
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSources(Request[Sequence[SourceFacts]]):
    """Every source that can be opened; one that cannot is left out and told in the module's status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeSource(Request[SourceFacts]):
    """One source; the empty name is the default one. Raises `NotFound`; `ValidationFailed` where it is unreadable."""

    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenJob(Request[JobFacts]):
    """Begin a job. Raises `ValidationFailed` with the field, `NotFound` (source), `StreamLimitExceeded` (31st job)."""

    order: StreamOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJob(Request[JobStatus]):
    """A job's state. Raises `NotFound` "job … not found" for one that is unknown or expired."""

    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndJob(Request[JobStatus]):
    """Cancel a job and end its streams; ending an ended job changes nothing. Raises `NotFound`."""

    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowStream(Request[AsyncGenerator[FollowedFrame, None]]):
    """The frames of one stream after `after_frame`, at most `max_frames` (0: no limit).

    A live stream starts at what comes now, drops the oldest for a slow viewer and counts it; a historic one blocks, is
    complete for each viewer and then ends. Raises `NotFound`, `Unavailable` while the job is still starting, and
    `Internal` with the source's own words where it failed.
    """

    job_id: str
    stream_id: int = 0
    max_frames: int = 0
    after_frame: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingsInRange(Request[Sequence[SourceFacts]]):
    """The recordings that hold samples between these times (epoch seconds)."""

    start_s: float
    end_s: float
