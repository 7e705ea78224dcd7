"""Streams together, and at their pace."""

import asyncio
from collections.abc import AsyncGenerator
from types import SimpleNamespace

from nexy_client.stream_cli.viewing.bands import Bands
from nexy_client.stream_cli.viewing.watched import Losses, Pace, Watched
from nexy_protocol.frame import Frame, Row


class Scripted:
    """A client whose streams begin their rows at these milliseconds."""

    def __init__(self, streams: dict[int, list[int]]) -> None:
        self.streams = streams
        self.left: list[int] = []

    async def stream_spectrograms(
        self, _: str, __: int, *, stream_id: int, **___: object
    ) -> AsyncGenerator[Frame, None]:
        try:
            for number, begin in enumerate(self.streams[stream_id], 1):
                yield Frame(rows=(Row(startTimestamp=begin),), frame_number=number)
        finally:
            self.left.append(stream_id)


def order_of(streams: dict[int, list[int]], **more: object) -> tuple[list[tuple[int, int]], list[int]]:
    client = Scripted(streams)
    answer = SimpleNamespace(job_id="1-1", lines_dt=0.1, intensity_unit="")
    fixed = {"bands": Bands(centres=(1.0,)), "streams": tuple(streams), "live": False}
    watched = Watched(client=client, answer=answer, **fixed, **more)  # type: ignore[arg-type]

    async def read() -> list[tuple[int, int]]:
        running = asyncio.Event()
        running.set()
        return [(stream, frame.rows[0].startTimestamp) async for stream, frame in watched.paced(running)]

    return asyncio.run(read()), sorted(client.left)


def test_streams_stay_together_whatever_one_of_them_loses() -> None:
    """The one that is behind is read until it has caught up; the longer one goes on alone."""
    rows, left = order_of({0: [0, 100, 400, 500], 1: [0, 100, 200, 300, 400]})
    assert rows == [(0, 0), (1, 0), (0, 100), (1, 100), (0, 400), (1, 200), (1, 300), (1, 400), (0, 500)]
    assert left == [0, 1]


def test_seconds_bound_what_is_shown() -> None:
    """From the first row on; every call is left."""
    assert order_of({0: [5_000, 5_900, 6_000]}, seconds=1.0) == ([(0, 5_000), (0, 5_900)], [0])


def test_rows_are_due_by_their_time() -> None:
    """Divided by the speed; a hole is not waited through, a rest begins anew, speed 0 waits for nothing."""
    naps: list[float] = []
    clock = [50.0]

    async def sleep(seconds: float) -> None:
        naps.append(round(seconds, 3))
        clock[0] += seconds

    async def play(pace: Pace) -> None:
        for begin in (1_000, 1_100, 1_300, 900_000):
            await pace.reached(begin)
        pace.rested()
        await pace.reached(900_100)

    asyncio.run(play(Pace(2.0, 1.0, now=lambda: clock[0], sleep=sleep)))
    assert naps == [0.05, 0.1, 0.5]
    asyncio.run(play(Pace(0.0, 1.0, now=lambda: clock[0], sleep=sleep)))
    assert len(naps) == 3


def test_losses_are_counted_for_each_stream() -> None:
    """The first number of a stream that was joined late loses nothing."""
    losses = Losses()
    told = [losses.before(Frame(frame_number=number), stream) for number, stream in ((7, 0), (1, 1), (8, 0), (4, 1))]
    assert (told, losses.total) == ([0, 0, 0, 2], 2)
