"""The rows that are held once for all."""

from nexy.modules.sensor_streams.jobs.ring import HeldRow, Ring
from nexy.modules.sensor_streams.producing import Row
from support.fake_fibre import feed_order


def _row(start_ns: int = 0, end_ns: int = 0) -> Row:
    return Row(start_ns=start_ns, end_ns=end_ns, intensities=b"", highest=2.0, lowest=1.0)


def test_numbers_go_on_while_the_oldest_leave() -> None:
    """A row keeps its number whatever was dropped before it; what is to come is None."""
    ring = Ring()
    rows = [_row(number) for number in range(5)]
    for row in rows:
        ring.append(row)
    assert ring.drop_before(3) == 3
    assert (ring.first, ring.next) == (3, 5)
    held = ring.get(3)
    assert held is not None
    assert held.row is rows[3]
    assert ring.get(5) is None


def test_nothing_is_dropped_twice() -> None:
    """Dropping what is gone or has not come drops what there is."""
    ring = Ring()
    ring.append(_row())
    assert ring.drop_before(0) == 0
    assert ring.drop_before(9) == 1
    assert ring.drop_before(9) == 0
    assert (ring.first, ring.next) == (1, 1)


def test_viewers_of_a_job_get_the_very_same_frame() -> None:
    """One frame for each stream and number, with the order's channels and the row's own buffer."""
    feed, row = feed_order(), _row(1_000_400_000, 1_039_600_000)
    held = HeldRow(row)
    frame = held.frame(feed, 2, 7)
    assert held.frame(feed, 2, 7) is frame
    assert held.frame(feed, 2, 8) is not frame
    assert (frame.stream_id, frame.number, frame.start_ms, frame.end_ms) == (2, 7, 1000, 1040)
    assert (frame.first_channel, frame.sensors, frame.bins) == (1, 8, 129)
    assert frame.intensities is row.intensities
    assert (frame.highest, frame.lowest) == (2.0, 1.0)
