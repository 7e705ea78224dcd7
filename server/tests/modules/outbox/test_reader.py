"""Reading over segments, windows and damage."""

from pathlib import Path

import pytest

from nexy.contracts.outbox import Record
from nexy.modules.outbox.folder import OutboxFolder
from nexy.modules.outbox.framing import HEADER_SIZE, MAX_PAYLOAD, encode, header
from nexy.modules.outbox.position import START, Position
from nexy.modules.outbox.reader import Reader
from support.outbox import records

BIG = 300 * 1024


class Case:
    """A folder with handwritten segments, and what its reader found damaged."""

    def __init__(self, home: Path) -> None:
        self.folder = OutboxFolder(home)
        self.folder.open()
        self.damage: list[tuple[int, int, bytes]] = []
        self.reader = Reader(self.folder, lambda *told: self.damage.append(told))

    def write(self, number: int, *parts: bytes) -> Position:
        self.folder.segment(number).write_bytes(header() + b"".join(parts))
        return Position(number, HEADER_SIZE + sum(map(len, parts)))

    def keys(self, start: Position, end: Position) -> list[str]:
        return [record.key for batch in self.reader.batches(start, end) for record in batch.records]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made = Case(tmp_path)
    made.folder.close()
    return made


def frames(*keys: object, size: int = 0) -> bytes:
    filled = [Record(kind=record.kind, key=record.key, body=record.body + b" " * size) for record in records(*keys)]
    return b"".join(encode(record, MAX_PAYLOAD) for record in filled)


def test_an_empty_folder_gives_nothing(case: Case) -> None:
    """Also where the position names a segment that is long gone."""
    assert case.keys(START, Position(1, HEADER_SIZE)) == []
    assert case.keys(Position(7, 500), Position(8, HEADER_SIZE)) == []


def test_records_larger_than_a_window_are_read(case: Case) -> None:
    """Small windows come first; a record that does not fit into one is read whole."""
    end = case.write(1, frames(1, size=BIG), frames(2, size=MAX_PAYLOAD - 2000), frames(3, size=BIG), frames(4))
    assert case.keys(START, end) == ["1", "2", "3", "4"]
    assert case.damage == []


def test_nothing_behind_the_written_end_is_read(case: Case) -> None:
    """A record that is being written at this moment is left for the next time."""
    end = case.write(1, frames(1))
    case.write(1, frames(1, 2))
    assert case.keys(START, end) == ["1"]


def test_a_torn_tail_is_passed_over_and_the_next_segment_read(case: Case) -> None:
    """What was never acknowledged is no damage."""
    case.write(1, frames(1), frames(2)[:-3])
    end = case.write(3, frames(3))
    assert case.keys(START, end) == ["1", "3"]
    assert case.damage == []


def test_a_large_hole_is_told_with_its_place(case: Case) -> None:
    """Megabytes of zeros, as a bad disk leaves them, cost only what they cover."""
    hole = bytes(3 * 1024 * 1024)
    end = case.write(1, frames(1), hole, frames(2))
    assert case.keys(START, end) == ["1", "2"]
    assert sum(len(data) for _, _, data in case.damage) == len(hole)
    assert case.damage[0][:2] == (1, HEADER_SIZE + len(frames(1)))


def test_a_file_shorter_than_it_was_written_ends_there(case: Case) -> None:
    """The reader neither waits nor fails, and what is left is read."""
    end = case.write(2, frames(1, 2))
    case.folder.segment(2).write_bytes(header() + frames(1))
    assert case.keys(START, end) == ["1"]


def test_a_limit_stops_between_records(case: Case) -> None:
    """The position behind a batch is where the next one begins."""
    end = case.write(1, frames(*range(10)))
    batch = case.reader.read(START, end, 4)
    assert [record.key for record in batch.records] == ["0", "1", "2", "3"]
    assert case.keys(batch.end, end) == [str(key) for key in range(4, 10)]
    assert case.reader.count(batch.end, end) == 6
