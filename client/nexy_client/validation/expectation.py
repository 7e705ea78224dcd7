"""What one stream must hold, drawn from its configure answer and from what was asked for."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nexy_client.streams.focus_answers import ConfigureAnswer, JobMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the answer answers, as far as it is known; None is unknown, and not judged.

    Channels are inclusive, times are epoch seconds. `rows` is how many rows a historic job has; flagged channels are
    those whose metadata says that they are dead or hold no numbers; `nan_channels` are the latter. `piece_s` is above 0
    where a live source grows by pieces of about that length.
    """

    live: bool | None = None
    first_channel: int | None = None
    last_channel: int | None = None
    lowest_hz: float | None = None
    highest_hz: float | None = None
    height: int | None = None
    nfft: int | None = None
    view_type: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    sample_rate_hz: float | None = None
    rows: int | None = None
    flagged_channels: frozenset[int] = frozenset()
    nan_channels: frozenset[int] = frozenset()
    piece_s: float = 0.0

    @classmethod
    def of(cls, metadata: JobMetadata) -> "Asked":
        """What the metadata of a job tells beside its answer."""
        return cls(
            live=metadata.rows is None,
            rows=metadata.rows,
            sample_rate_hz=metadata.prr or None,
            flagged_channels=frozenset(metadata.dead_channels + metadata.nan_channels),
            nan_channels=frozenset(metadata.nan_channels),
            piece_s=piece_s_of(metadata),
        )

    @property
    def is_live(self) -> bool | None:
        """None where nothing tells."""
        if self.live is not None:
            return self.live
        return False if self.rows is not None or self.start_s is not None else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectation:
    """The shape and the times of one stream. `channels` [sensor] ascending; empty where the answer names none.

    `row_ms` is lines_dt in milliseconds, 0 where the answer's is unusable; `window_s` the length of one analysis
    window, which is how old the first sample of a fresh live row is. `edge_rows` so many rows at either end of a range
    may share a window with their neighbours, as there is nothing before its first sample and after its last.
    `piece_s` is 0 where rows come one by one.
    """

    stream_id: int
    channels: NDArray[np.int32]
    bins: int
    row_ms: float
    rows: int | None = None
    live: bool | None = None
    start_ms: float | None = None
    end_ms: float | None = None
    window_s: float = 0.0
    edge_rows: int = 0
    flagged: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    nan: frozenset[int] = frozenset()
    piece_s: float = 0.0
    decibels: bool = False
    job_id: str = ""

    @property
    def sensors(self) -> int:
        """How many sensors each row has."""
        return len(self.channels)


def piece_s_of(metadata: JobMetadata) -> float:
    """The length of the pieces that a live source grows by, 0 where it flows or the length is unusable."""
    return metadata.delivers_in_pieces_s if 0 < metadata.delivers_in_pieces_s < np.inf else 0.0


def row_s_of(answer: ConfigureAnswer) -> float:
    """lines_dt, 0 where it is unusable."""
    return answer.lines_dt if 0 < answer.lines_dt < np.inf else 0.0


def window_s_of(answer: ConfigureAnswer) -> float:
    """The length of one analysis window, 0 where the answer does not say."""
    return answer.nfft_effective * row_s_of(answer) / answer.hop if answer.hop > 0 else 0.0


def expectation_of(answer: ConfigureAnswer, stream_id: int, asked: Asked) -> Expectation:
    """What stream `stream_id` must hold; nonsense in the answer is left for the rules of its configuration."""
    channels = sorted(channel for channel, stream in answer.channel_to_stream_index.items() if stream == stream_id)
    row_s = row_s_of(answer)
    return Expectation(
        stream_id=stream_id,
        channels=np.array(channels, np.int32),
        bins=len(answer.frequencies_list),
        row_ms=row_s * 1000,
        rows=_rows(asked, row_s),
        live=asked.is_live,
        start_ms=_ms(asked.start_s),
        end_ms=_ms(asked.end_s),
        window_s=window_s_of(answer),
        edge_rows=0 if asked.is_live else _edge_rows(answer.nfft_effective, answer.hop),
        flagged=np.array(sorted(asked.flagged_channels.intersection(channels)), np.int32),
        nan=asked.nan_channels,
        piece_s=asked.piece_s if asked.is_live else 0.0,
        decibels="db" in answer.intensity_unit.lower(),
        job_id=answer.job_id,
    )


def _edge_rows(nfft: int, hop: int) -> int:
    """Windows are centred on their rows; the first and the last ones are moved inside the range."""
    return (nfft - hop + 1) // 2 // hop + 1 if 0 < hop < nfft else 0


def _rows(asked: Asked, row_s: float) -> int | None:
    """As many as the range has; the server's own word decides about the last one alone, where rounding does too."""
    if asked.start_s is None or asked.end_s is None or not row_s or asked.is_live:
        return asked.rows
    due = int((asked.end_s - asked.start_s) / row_s + 1e-9)
    return asked.rows if asked.rows is not None and abs(asked.rows - due) <= 1 else due


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
