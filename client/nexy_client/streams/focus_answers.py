"""What /focus-server/* answers, under the names of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureAnswer:
    """What every stream of the job will hold: bins and row rate are these, never derived from nfft.

    `frequencies_list` in Hz, one for each bin; `lines_dt` seconds per row; `channel_to_stream_index` tells which stream
    carries a channel. `stream_url` and `stream_port` are for `connect` as they are.
    """

    status: str
    job_id: str
    stream_url: str
    stream_port: int | str
    frequencies_list: tuple[float, ...]
    frequencies_amount: int
    lines_dt: float
    channel_to_stream_index: Mapping[int, int]
    stream_amount: int
    channel_amount: int
    view_type: int
    # The documents' older servers do not say these.
    intensity_unit: str = ""
    hop: int = 0
    nfft_effective: int = 0
    created_at: float = 0.0

    def channels_of(self, stream_id: int) -> tuple[int, ...]:
        """The channels that one stream carries, ascending."""
        return tuple(sorted(channel for channel, stream in self.channel_to_stream_index.items() if stream == stream_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMetadata(ConfigureAnswer):
    """The configure answer again, with its source; `rows` is None for a live job."""

    source: str = ""
    prr: float = 0.0
    rows: int | None = None
    dead_channels: tuple[int, ...] = ()
    nan_channels: tuple[int, ...] = ()
    delivers_in_pieces_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusJob:
    """A job as it stands: pending, running, completed, failed or cancelled; `problem` where it failed."""

    job_id: str
    status: str
    source: str = ""
    viewers: int = 0
    frames: int = 0
    rows: int | None = None
    created_at: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """The server serves streams."""

    status: str = ""
    sw_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRange:
    """Channel numbers, both inclusive."""

    lowest_channel: int
    highest_channel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMetadata:
    """The fibre: `dx` in metres, `prr` in Hz; `num_samples_per_trace` is None where it grows."""

    dx: float
    prr: float
    fiber_start_meters: float
    fiber_length_meters: float
    sw_version: str
    number_of_channels: int
    fiber_description: str
    dtype: str
    num_samples_per_trace: int | None
    source: str = ""
    intensity_unit: str = ""
    dead_channels: tuple[int, ...] = ()
    nan_channels: tuple[int, ...] = ()
    delivers_in_pieces_s: float = 0.0
    band_energy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusSource:
    """A source that can be watched; `end_time` (epoch seconds) and `samples` are None for one that grows."""

    name: str
    kind: str = ""
    live: bool = False
    prr: float = 0.0
    lowest_channel: int = 0
    highest_channel: int = 0
    number_of_channels: int = 0
    samples: int | None = None
    start_time: float = 0.0
    end_time: float | None = None
    intensity_unit: str = ""
    dtype: str = ""
    dx: float = 0.0
    fiber_start_meters: float = 0.0
    fiber_description: str = ""
    dead_channels: tuple[int, ...] = ()
    nan_channels: tuple[int, ...] = ()
    delivers_in_pieces_s: float = 0.0
    band_energy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedSource:
    """A source that is configured and cannot be watched, and why."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """Every configured source with its outcome."""

    sources: tuple[FocusSource, ...] = ()
    refused: tuple[RefusedSource, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordings:
    """What holds samples in a range of time."""

    recordings: tuple[FocusSource, ...] = ()
