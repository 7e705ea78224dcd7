"""Finds the computation that a viewer can share, or begins one."""

from collections import defaultdict
from dataclasses import dataclass

from nexy.contracts.errors import NexyError
from nexy.modules.sensor_streams.jobs.feed import Cursor, Feed
from nexy.modules.sensor_streams.producing import Producers
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.spectra.feed_order import FeedOrder
from nexy.modules.sensor_streams.workers.wire import Begin
from nexy.utils.supervisor import TaskSupervisor

# Small rows would otherwise make a buffer that is long in time for nothing.
_MOST_ROWS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a viewer wants to see: from which row (historic) or time (live, None: now) on."""

    spec: SourceSpec
    order: FeedOrder
    first_row: int = 0
    from_ns: int | None = None


class FeedHall:
    """All computations that somebody watches; equal orders share one, whichever jobs they belong to.

    A live order has one computation. A historic viewer that comes where rows are gone gets a computation of its own.
    """

    def __init__(self, producers: Producers, buffer_bytes: int) -> None:
        self._producers = producers
        self._buffer_bytes = buffer_bytes
        self._tasks = TaskSupervisor("sensor_streams.feeds")
        self._feeds: defaultdict[FeedOrder, list[Feed]] = defaultdict(list)

    @property
    def running(self) -> int:
        """How many computations there are."""
        return sum(len(feeds) for feeds in self._feeds.values())

    def join(self, wanted: Wanted) -> Cursor:
        """A reader of what is wanted; failures to begin come out of its `next`."""
        feeds = self._feeds[wanted.order]
        if wanted.order.live:
            shared = next((feed for feed in feeds if feed.problem is None), None)
            # Whoever goes on where it stopped takes what is still held; the numbers tell what is missing.
            if shared is not None:
                return shared.attach(shared.ring.next if wanted.from_ns is None else shared.ring.first)
        else:
            shared = next((feed for feed in feeds if feed.gives(wanted.first_row)), None)
            if shared is not None:
                return shared.attach(wanted.first_row - shared.first_row)
        return self._begun(wanted).attach(0)

    def _begun(self, wanted: Wanted) -> Feed:
        order = wanted.order
        capacity = max(1, min(_MOST_ROWS, self._buffer_bytes // order.row_bytes))
        feed = Feed(
            live=order.live,
            first_row=wanted.first_row,
            capacity=capacity,
            released=lambda feed: self._released(order, feed),
        )
        self._feeds[order].append(feed)
        begin = Begin(spec=wanted.spec, feed=order, credit=capacity, first_row=wanted.first_row, from_ns=wanted.from_ns)
        self._tasks.spawn(self._begin(begin, feed))
        return feed

    async def _begin(self, begin: Begin, feed: Feed) -> None:
        try:
            feed.began(await self._producers.begin(begin, feed))
        except NexyError as problem:
            feed.failed(problem)

    def _released(self, order: FeedOrder, feed: Feed) -> None:
        self._feeds[order].remove(feed)
        if not self._feeds[order]:
            del self._feeds[order]

    async def cleanup(self) -> None:
        """Begin nothing any more."""
        await self._tasks.cleanup()
