"""Segments, position and damage on a real disk."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexy.contracts.errors import Unavailable
from nexy.modules.outbox.framing import HEADER_SIZE, MAX_PAYLOAD, encode, header
from nexy.modules.outbox.position import Position, PositionFile
from nexy.modules.outbox.store import Store
from support.outbox import records

SMALL = 4096


def opened(home: Path, segment_bytes: int = SMALL) -> Store:
    store = Store(home, segment_bytes)
    store.open()
    return store


def append(store: Store, *keys: object) -> None:
    for record in records(*keys):
        store.journal.append(encode(record, MAX_PAYLOAD), sync=True)


def drained(store: Store, limit: int = 7) -> list[str]:
    keys: list[str] = []
    while batch := store.read(limit):
        keys += [record.key for record in batch.records]
        store.advance(batch)
        if not batch.records:
            return keys
    return keys


def abandon(store: Store) -> None:
    """As SIGKILL leaves it: the lock is free, nothing else was done."""
    store.folder.close()


def test_records_come_back_in_order_over_many_segments(tmp_path: Path) -> None:
    """Segments are bounded, rotate, and are deleted once drained."""
    store = opened(tmp_path)
    append(store, *range(300))
    assert len(store.folder.segments()) > 2
    assert all(store.folder.segment(number).stat().st_size < SMALL + 200 for number in store.folder.segments())
    assert drained(store) == [str(key) for key in range(300)]
    assert len(store.folder.segments()) == 1
    store.close()
    assert store.folder.segments() == []


def test_what_a_killed_process_left_is_drained_by_the_next(tmp_path: Path) -> None:
    """Its position counts, nothing is drained twice, and the next process writes a file of its own."""
    store = opened(tmp_path)
    append(store, *range(10))
    store.advance(store.read(4))
    abandon(store)
    again = opened(tmp_path)
    assert again.left_behind == 6
    append(again, "new")
    assert drained(again) == [*(str(key) for key in range(4, 10)), "new"]
    again.close()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_crash_at_any_byte_loses_nothing_before_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Cut the last file anywhere, drain a part, start again and write on: all whole records once, in order."""
    home = tmp_path_factory.mktemp("crash")
    store = opened(home)
    ends = {}
    for key in range(data.draw(st.integers(1, 12))):
        append(store, key)
        ends[str(key)] = store.journal.end.offset
    path = store.folder.segment(store.journal.end.segment)
    abandon(store)
    cut = data.draw(st.integers(0, path.stat().st_size))
    path.write_bytes(path.read_bytes()[:cut])
    again = opened(home)
    first = again.read(data.draw(st.integers(1, 5)))
    if data.draw(st.booleans()):
        again.advance(first)
    abandon(again)
    last = opened(home)
    append(last, "later")
    seen = drained(last)
    whole = [key for key, end in ends.items() if end <= cut]
    assert seen[-1] == "later"
    assert len(set(seen)) == len(seen)
    assert seen[:-1] in (whole, whole[len(first.records) :])
    assert last.folder.quarantined == 0
    last.close()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_flipped_byte_goes_to_quarantine_and_costs_one_record(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Wherever the disk flips a byte, the other records are drained, and the damage lies in a file."""
    home = tmp_path_factory.mktemp("flip")
    store = opened(home)
    count = data.draw(st.integers(2, 12))
    append(store, *range(count))
    path = store.folder.segment(store.journal.end.segment)
    abandon(store)
    whole = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(whole)
    again = opened(home)
    seen = drained(again)
    assert len(seen) == len(set(seen)) >= (count if at < HEADER_SIZE else count - 1)
    assert at < HEADER_SIZE or again.folder.quarantined <= 1
    assert at < HEADER_SIZE or again.folder.quarantined == 1 or seen[-1] != str(count - 1)
    again.close()


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    """One writer per home; after it has gone the next may write."""
    store = opened(tmp_path)
    with pytest.raises(Unavailable, match="another process"):
        opened(tmp_path)
    store.close()
    opened(tmp_path).close()


def test_a_file_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    """An older server does not drain what it cannot read; it names the file."""
    opened(tmp_path).close()
    newer = tmp_path / "outbox" / "00000009.seg"
    newer.write_bytes(header(2) + b"whatever")
    with pytest.raises(Unavailable, match=r"00000009\.seg was written by a newer"):
        opened(tmp_path)
    assert newer.read_bytes() == header(2) + b"whatever"


def test_records_behind_a_lost_tail_are_not_skipped(tmp_path: Path) -> None:
    """A position beyond the end of a file, as a power cut leaves it, hides nothing that comes later."""
    store = opened(tmp_path)
    append(store, *range(5))
    drained(store)
    path = store.folder.segment(store.journal.end.segment)
    abandon(store)
    path.write_bytes(path.read_bytes()[: HEADER_SIZE + 10])
    again = opened(tmp_path)
    append(again, "later")
    assert drained(again) == ["later"]
    again.close()


def test_without_a_position_everything_is_drained_again(tmp_path: Path) -> None:
    """A lost position repeats records, which is harmless; it never skips one."""
    store = opened(tmp_path)
    append(store, *range(5))
    store.advance(store.read(3))
    abandon(store)
    (tmp_path / "outbox" / "position").unlink()
    again = opened(tmp_path)
    assert drained(again) == ["0", "1", "2", "3", "4"]
    again.close()


@given(st.integers(0, 55), st.integers(0, 7))
def test_a_spoilt_slot_of_the_position_gives_the_one_before(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    """A torn write of the position costs one step, never the position."""
    path = tmp_path_factory.mktemp("position") / "position"
    file = PositionFile(path)
    file.write(Position(3, 100))
    file.write(Position(3, 200))
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)
    again = PositionFile(path)
    assert again.read() in (Position(3, 100), Position(3, 200))
    again.write(Position(4, 50))
    assert PositionFile(path).read() == Position(4, 50)


def test_parked_records_wait_for_their_kind(tmp_path: Path) -> None:
    """They are counted, survive a restart, and are gone once forgotten."""
    store = opened(tmp_path)
    kept = records(1, 2, kind="later")
    store.park("later", kept, b"".join(encode(record, MAX_PAYLOAD) for record in kept))
    abandon(store)
    again = opened(tmp_path)
    assert again.parked == 2
    assert again.read_parked("later") == kept
    again.forget_parked("later")
    assert again.parked == 0
    assert again.folder.parked() == []
    again.close()
