"""A frame that several watch is encoded once."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from nexy.contracts.streams import FollowedFrame, SpectrumFrame
from nexy.transport.grpc_service.stream_codec import frame_message, frame_row
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame_codec import EncodedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedStream:
    """What viewers share: the same frames in the same encoding."""

    job_id: str
    stream_id: int
    encoding: Encoding


# A row's stream, its time and its exact extremes: what makes it this one and no other.
_Key: TypeAlias = tuple[WatchedStream, int, int, float, float]
# Viewers that keep up ask within a moment of each other: for that long one time of sending is true for all of them.
_SAME_MOMENT_MS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finished:
    """The latest whole message of a stream, and whose it is."""

    row: EncodedRow
    number: int
    dropped: int
    sent_ms: int
    data: bytes

    def is_for(self, row: EncodedRow, followed: FollowedFrame, now_ms: int) -> bool:
        same = self.row is row and (self.number, self.dropped) == (followed.frame.number, followed.dropped)
        return same and 0 <= now_ms - self.sent_ms <= _SAME_MOMENT_MS


class SharedEncoding:
    """Keeps the latest encoded frames of streams with more than one viewer, in so many bytes at most.

    A row is found again by what it holds, not by its frame: numbers and drops are each viewer's own.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held = 0
        self._viewers: Counter[WatchedStream] = Counter()
        self._kept: OrderedDict[_Key, EncodedRow] = OrderedDict()
        self._finished: dict[WatchedStream, _Finished] = {}

    @property
    def held_bytes(self) -> int:
        """What is kept now."""
        return self._held

    @contextmanager
    def viewer(self, stream: WatchedStream) -> Iterator[None]:
        """One more watches for as long as the block lasts; without viewers nothing is kept."""
        self._viewers[stream] += 1
        try:
            yield
        finally:
            self._viewers[stream] -= 1
            self._viewers += Counter()
            if self._viewers[stream] < 2:
                self._finished.pop(stream, None)
            if not self._viewers:
                self._kept.clear()
                self._held = 0

    def message(self, stream: WatchedStream, followed: FollowedFrame, now_ms: int) -> bytes:
        """The whole message; the very same bytes for viewers who get the same frame at the same moment.

        A stream with several viewers holds its latest one: copying a megabyte for each viewer would hold up everybody.
        """
        row = self.row(stream, followed.frame)
        latest = self._finished.get(stream)
        if latest is not None and latest.is_for(row, followed, now_ms):
            return latest.data
        data = frame_message(row, followed, now_ms)
        if self._viewers[stream] > 1 and self._held:
            self._finished[stream] = _Finished(
                row=row, number=followed.frame.number, dropped=followed.dropped, sent_ms=now_ms, data=data
            )
        return data

    def row(self, stream: WatchedStream, frame: SpectrumFrame) -> EncodedRow:
        """The frame's row, made now or kept from another viewer."""
        key = (stream, frame.start_ms, frame.end_ms, frame.highest, frame.lowest)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        row = frame_row(stream.job_id, frame, stream.encoding)
        if self._viewers[stream] > 1:
            self._keep(key, row)
        return row

    def _keep(self, key: _Key, row: EncodedRow) -> None:
        self._kept[key] = row
        self._held += _size(row)
        while self._held > self._max_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._held -= _size(oldest)


def _size(row: EncodedRow) -> int:
    return sum(map(len, row.pieces))
