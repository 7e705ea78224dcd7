"""Server-sent events from bytes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.errors import Unavailable
from nexy.modules.ai_router.exchange.sse import SseReader

STREAM = (
    ": a comment\n\n"
    'event: message\nid: 7\ndata: {"a": "Привет"}\n\n'
    "data:no space\r\n\r\n"
    "data: two\ndata: lines\n\n"
    "\n\n"
    "retry: 10\n\n"
    "data: \n\n"
    "data: [DONE]\n\n"
    "data: never finished"
).encode()
EVENTS = ['{"a": "Привет"}'.encode(), b"no space", b"two\nlines", b"", b"[DONE]"]


def read(*chunks: bytes, limit: int = 1000) -> list[bytes]:
    reader = SseReader(limit)
    return [data for chunk in chunks for data in reader.feed(chunk)]


def test_reads_every_form_of_event() -> None:
    """Comments, other fields, CRLF, several data lines and empty data are read; an unfinished event is not."""
    assert read(STREAM) == EVENTS


def test_one_byte_at_a_time_is_the_same() -> None:
    """Cuts inside a line, a CRLF or a character of several bytes change nothing."""
    assert read(*(bytes((byte,)) for byte in STREAM)) == EVENTS


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=12))
def test_any_chunking_is_the_same(cuts: list[int]) -> None:
    """However the stream is cut into chunks, the events are the same."""
    edges = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in pairwise(edges))) == EVENTS


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_no_bytes_break_it(chunks: list[bytes]) -> None:
    """Whatever comes, the reader gives bytes or says that a line is too long."""
    assert all(isinstance(data, bytes) for data in read(*chunks))


def test_a_line_over_the_bound_is_refused() -> None:
    """A line without end is given up at the bound, not collected."""
    reader = SseReader(100)
    reader.feed(b"data: " + b"x" * 90)
    with pytest.raises(Unavailable) as caught:
        reader.feed(b"x" * 10)
    assert caught.value.code == "provider_garbage"


def test_an_event_of_many_lines_is_bounded_too() -> None:
    """Data lines without the closing blank line cannot pile up."""
    with pytest.raises(Unavailable):
        read(b"data: 0123456789\n" * 20, limit=100)


def test_the_bound_is_per_event() -> None:
    """Many events in one chunk may together be larger than one may be."""
    assert len(read(b"data: 0123456789\n\n" * 50, limit=100)) == 50
