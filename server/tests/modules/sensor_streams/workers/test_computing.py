"""One computation, its rows read from the other end of a socket."""

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
import pytest

from nexy.modules.sensor_streams.sources.sample_source import Samples
from nexy.modules.sensor_streams.spectra.feed_order import FeedOrder
from nexy.modules.sensor_streams.workers.computing import Computation, Question
from nexy.modules.sensor_streams.workers.outlet import Outlet
from nexy.modules.sensor_streams.workers.shelf import Shelf
from nexy.modules.sensor_streams.workers.wire import REPLY_HEADER, Begin, Look, ReplyKind, decode_seen
from support.fake_fibre import START_NS, MemorySource, facts, feed_order, spec, tone

LIVE = facts(live=True, kind="loop", samples=None)


@dataclass
class _Said:
    kind: ReplyKind
    start_ns: int
    end_ns: int
    highest: float
    lowest: float
    body: bytes

    def row(self, feed: FeedOrder) -> Samples:
        return np.frombuffer(self.body, np.float32).reshape(feed.channels, feed.bins.count)


class _Computed:
    """A computation under way."""

    def __init__(self, source: MemorySource, begin: Begin) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._ours.settimeout(20)
        self.computation = Computation(5, begin, Shelf(lambda _spec: source), Outlet(self._theirs))

    def said(self) -> _Said:
        kind, number, length, *times = REPLY_HEADER.unpack(self._exactly(REPLY_HEADER.size))
        assert number == 5
        return _Said(ReplyKind(kind), *times, self._exactly(length))

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._ours.recv(size - len(data))
            assert part
            data += part
        return data

    def rows(self, most: int = 10_000) -> list[_Said]:
        rows: list[_Said] = []
        while len(rows) < most:
            said = self.said()
            if said.kind is ReplyKind.ENDED:
                break
            rows.append(said)
        return rows

    def close(self) -> None:
        self.computation.credit.stop()
        self._ours.settimeout(0.02)
        while self.computation.is_alive():
            with suppress(TimeoutError):
                self._ours.recv(65536)
        self._ours.close()
        self._theirs.close()


@contextmanager
def _computing(source: MemorySource, feed: FeedOrder, **other: int) -> Iterator[_Computed]:
    computed = _Computed(source, Begin(spec=spec(), feed=feed, **{"credit": 1_000_000, **other}))
    computed.computation.start()
    try:
        yield computed
    finally:
        computed.close()


def _tones() -> Samples:
    return np.stack([tone(125.0, channel, 10_000) for channel in range(1, 9)])


def test_a_tone_is_in_its_channel_and_bin_in_every_row() -> None:
    """With its amplitude within 1 %, at the edges of the range, too."""
    feed = feed_order(first_channel=3, last_channel=7)
    with _computing(MemorySource(_tones()), feed) as computed:
        said = computed.rows()
    assert len(said) == feed.rows == 128
    for each in said:
        row = each.row(feed)
        assert np.argmax(row, axis=1).tolist() == [32] * 5
        assert row[:, 32] == pytest.approx([3, 4, 5, 6, 7], rel=0.01)
        assert (each.highest, each.lowest) == (float(row.max()), float(row.min()))


def test_rows_abut_from_the_beginning_of_the_range() -> None:
    """Each ends where the next begins; the last one ends 128 rows after the first began."""
    feed = feed_order(start_s=1_700_000_001.5, end_s=1_700_000_006.5)
    with _computing(MemorySource(_tones()), feed) as computed:
        said = computed.rows()
    assert said[0].start_ns == START_NS + 1_500_000_000
    assert all(one.end_ns == other.start_ns for one, other in itertools.pairwise(said))
    assert said[-1].end_ns == said[0].start_ns + 128 * 39_000_000


@pytest.mark.parametrize("nfft", [128, 512, 2048])
def test_a_burst_shows_in_the_row_in_which_it_happens(nfft: int) -> None:
    """20 ms of noise in one channel: the row that holds its middle is the strongest, at every window length."""
    samples = np.zeros((8, 10_000), np.float32)
    burst = 2410
    samples[4, burst - 10 : burst + 10] = np.random.default_rng(1).standard_normal(20)
    feed = feed_order(nfft=nfft)
    with _computing(MemorySource(samples), feed) as computed:
        strength = np.array([each.row(feed)[4].sum() for each in computed.rows()])
    assert abs(int(np.argmax(strength)) - burst // 39) <= (1 if nfft > 1000 else 0)


def test_a_computation_can_begin_anywhere() -> None:
    """From row 100 on, the rows are those that the whole computation has there."""
    feed = feed_order()
    with _computing(MemorySource(_tones()), feed) as whole:
        every = whole.rows()
    with _computing(MemorySource(_tones()), feed, first_row=100) as part:
        assert [each.body for each in part.rows()] == [each.body for each in every[100:]]


def test_no_row_is_sent_without_credit() -> None:
    """After its credit it waits; with more it goes on; memory is that of one row."""
    feed = feed_order()
    with _computing(MemorySource(_tones()), feed, credit=3) as computed:
        assert len(computed.rows(3)) == 3
        computed.computation.credit.add(2)
        assert len(computed.rows(2)) == 2
        computed.computation.credit.stop()
        assert computed.said().kind is ReplyKind.ENDED


def test_a_long_recording_is_read_in_blocks() -> None:
    """Never more at once than the order says, each sample once."""
    samples = np.zeros((8, 200_000), np.float32)
    source = MemorySource(samples)
    feed = feed_order(facts(samples=200_000), nfft=128, end_s=1_700_000_200.0)
    with _computing(source, feed) as computed:
        assert len(computed.rows()) == feed.rows
    assert max(count for _first, count in source.reads) <= feed.block_samples < 100_000
    assert sum(count for _first, count in source.reads) <= 200_000


def test_a_dead_and_a_nan_sensor_read_zero() -> None:
    """They fail nothing and do not touch their neighbours."""
    samples = _tones()
    samples[2] = 0.0
    samples[5] = np.nan
    feed = feed_order()
    with _computing(MemorySource(samples), feed) as computed:
        row = computed.rows()[50].row(feed)
    assert np.isfinite(row).all()
    assert not row[[2, 5]].any()
    assert row[6, 32] == pytest.approx(7, rel=0.01)


def test_live_begins_with_what_is_complete_now() -> None:
    """The first row's window ends at what exists; each further row comes when its samples do."""
    feed = feed_order(LIVE, start_s=None, end_s=None)
    edge = 5000
    source = MemorySource(_tones(), LIVE, lambda: edge)
    with _computing(source, feed) as computed:
        first = computed.said()
        row = (first.start_ns - START_NS) // 39_000_000
        grid = feed.grid(0)
        assert grid.window_start(row) + 256 <= 5000 < grid.window_start(row + 1) + 256
        edge = 5200
        rows = computed.rows(5)
    assert rows[0].start_ns == first.end_ns
    assert [each.row(feed)[3, 32] for each in rows] == pytest.approx([4.0] * 5, rel=0.01)


def test_live_goes_on_where_a_viewer_stopped() -> None:
    """From the row of that time; later than now is now, and much earlier is not caught up."""
    feed = feed_order(LIVE, start_s=None, end_s=None)
    for wanted, first in ((100, 100), (10**6, 124), (-5, 3)):
        source = MemorySource(_tones(), LIVE, lambda: 5000)
        with _computing(source, feed, from_ns=START_NS + wanted * 39_000_000) as computed:
            assert (computed.said().start_ns - START_NS) // 39_000_000 == first


def test_live_skips_what_the_source_forgot() -> None:
    """It goes on with the newest row; the gap shows in the times."""
    feed = feed_order(LIVE, start_s=None, end_s=None)
    edge = 3000
    source = MemorySource(_tones(), LIVE, lambda: edge, window=600)
    with _computing(source, feed, credit=1) as computed:
        first = computed.said()
        edge = 9000
        computed.computation.credit.add(1)
        second = computed.said()
    assert second.start_ns - first.end_ns > 5_000_000_000


def test_a_replay_ends() -> None:
    """A live source that says its length gives its last row and is over."""
    over = MemorySource(_tones(), LIVE, lambda: 5000)
    over._facts = facts(live=True, samples=5000)
    with _computing(over, feed_order(LIVE, start_s=None, end_s=None)) as computed:
        assert len(computed.rows()) == 1


def test_a_question_is_answered() -> None:
    """What the source is, and whether a live one still has a time; asking for what a recording has is no question."""
    ours, theirs = socket.socketpair()
    source = MemorySource(_tones(), LIVE, lambda: 5000, window=1000)
    held = []
    before = set(threading.enumerate())
    with ours, theirs:
        for sample in (4500, 3000):
            look = Look(spec=spec(), first_channel=1, from_ns=START_NS + sample * 1_000_000)
            Question(5, look, Shelf(lambda _spec: source), Outlet(theirs)).run()
            length = REPLY_HEADER.unpack(ours.recv(REPLY_HEADER.size))[2]
            seen = decode_seen(bytearray(ours.recv(length)))
            held.append(seen.held)
            assert (seen.available, seen.facts.channels) == (5000, 8)
    assert held == [True, False]
    assert set(threading.enumerate()) <= before
