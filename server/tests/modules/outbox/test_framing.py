"""Frames survive what happens to files."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexy.contracts.errors import TooLarge, ValidationFailed
from nexy.contracts.outbox import Record
from nexy.modules.outbox.framing import MAX_PAYLOAD, Found, Gap, encode, header, scan, version_of

BODIES = st.one_of(st.binary(max_size=40), st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")))
RECORDS = st.builds(
    Record, kind=st.sampled_from(["usage", "history"]), key=st.text(min_size=1, max_size=9).filter(
        lambda key: not any(0xD800 <= ord(letter) < 0xE000 for letter in key)), body=BODIES,
)  # fmt: skip
MANY = st.lists(RECORDS, min_size=1, max_size=8)


def found(data: bytes, *, final: bool = True) -> list[Record]:
    return [item.record for item in scan(data, final=final) if isinstance(item, Found)]


def frames_of(kept: list[Record]) -> list[bytes]:
    return [encode(record, MAX_PAYLOAD) for record in kept]


@given(MANY)
def test_what_was_kept_is_found(kept: list[Record]) -> None:
    """Every record comes back in its order, whatever is in it."""
    assert found(b"".join(frames_of(kept))) == kept


@settings(max_examples=200)
@given(MANY, st.data())
def test_a_file_cut_anywhere_gives_the_whole_records_before_the_cut(kept: list[Record], data: st.DataObject) -> None:
    """The torn tail is told as one, and nothing before it is lost."""
    frames = frames_of(kept)
    whole = b"".join(frames)
    cut = data.draw(st.integers(0, len(whole)))
    items = list(scan(whole[:cut], final=True))
    expected = [kept[index] for index in range(len(kept)) if sum(map(len, frames[: index + 1])) <= cut]
    assert [item.record for item in items if isinstance(item, Found)] == expected
    gaps = [item for item in items if isinstance(item, Gap)]
    assert all(gap.torn and gap.end == cut for gap in gaps)
    assert len(gaps) <= 1


@settings(max_examples=300)
@given(MANY, st.data())
def test_a_flipped_byte_costs_one_record(kept: list[Record], data: st.DataObject) -> None:
    """Every other record is found, once, also those behind the damage, and the damage is told."""
    frames = frames_of(kept)
    whole = bytearray(b"".join(frames))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    hit = next(index for index in range(len(kept)) if sum(map(len, frames[: index + 1])) > at)
    items = list(scan(bytes(whole), final=True))
    assert [item.record for item in items if isinstance(item, Found)] == kept[:hit] + kept[hit + 1 :]
    assert any(isinstance(item, Gap) for item in items)


@given(MANY, st.integers(1, 60))
def test_reading_in_windows_finds_the_same(kept: list[Record], step: int) -> None:
    """A window that ends inside a frame stops before it; with more bytes it goes on, and nothing is a gap."""
    whole = b"".join(frames_of(kept))
    got: list[Record] = []
    start, size = 0, step
    while start < len(whole):
        window = whole[start : start + size]
        items = list(scan(window, final=start + size >= len(whole)))
        assert not [item for item in items if isinstance(item, Gap)]
        got += [item.record for item in items if isinstance(item, Found)]
        start, size = (start + items[-1].end, step) if items else (start, size + step)
    assert got == kept


@given(st.binary(max_size=300))
def test_noise_is_passed_over_to_its_end(noise: bytes) -> None:
    """Any bytes are read to their end, without a loop and without a record that nobody wrote."""
    behind = encode(Record(kind="usage", key="k", body=b"{}"), MAX_PAYLOAD)
    items = list(scan(noise + behind, final=True))
    assert items[-1].end == len(noise + behind)
    assert [item.record.key for item in items if isinstance(item, Found)][-1:] == ["k"]


def test_a_frame_inside_a_body_of_json_is_no_record() -> None:
    """The marker is no UTF-8, so a person cannot write a record into a prompt."""
    inner = encode(Record(kind="usage", key="forged", body=b"{}"), MAX_PAYLOAD)
    with pytest.raises(UnicodeDecodeError):
        inner[:4].decode()


@pytest.mark.parametrize("kind", ["", "Usage", "../usage", "a" * 33])
def test_a_kind_is_a_plain_name(kind: str) -> None:
    """It becomes the name of a file."""
    with pytest.raises(ValidationFailed):
        encode(Record(kind=kind, key="k", body=b""), MAX_PAYLOAD)


@pytest.mark.parametrize("key", ["", "k" * 513, "\ud800"])
def test_a_key_that_cannot_be_kept_is_refused(key: str) -> None:
    """Empty, too long, or no text."""
    with pytest.raises(ValidationFailed):
        encode(Record(kind="usage", key=key, body=b""), MAX_PAYLOAD)


def test_a_record_that_is_too_large_is_refused() -> None:
    """The bound is named by its key."""
    with pytest.raises(TooLarge, match="max_record_bytes"):
        encode(Record(kind="usage", key="k", body=b"x" * 300), 256)


def test_the_header_names_its_version_unless_it_is_damaged() -> None:
    """A newer file can be told from a damaged one."""
    assert version_of(header(7)) == 7
    assert version_of(header()[:-1]) is None
    assert version_of(b"\x00" + header()[1:]) is None
