"""Lines from bytes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.errors import Unavailable
from nexy.modules.ai_router.exchange.ndjson import LineReader

STREAM = '{"a": "Привет"}\n\n{"b": 1}\r\n\r\n{"c": 2}\n{"unfinished"'.encode()
LINES = ['{"a": "Привет"}'.encode(), b'{"b": 1}\r', b'{"c": 2}']


def read(*chunks: bytes, limit: int = 1000) -> list[bytes]:
    reader = LineReader(limit)
    return [line for chunk in chunks for line in reader.feed(chunk)]


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=12))
def test_any_chunking_is_the_same(cuts: list[int]) -> None:
    """However the stream is cut into chunks, the lines are the same, and empty ones are none."""
    edges = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in pairwise(edges))) == LINES


def test_a_last_line_without_an_end_can_be_asked_for() -> None:
    """It is given once."""
    reader = LineReader(100)
    assert reader.feed(b'{"a": 1}') == []
    assert (reader.rest(), reader.rest()) == (b'{"a": 1}', b"")


def test_a_line_over_the_bound_is_refused() -> None:
    """A line without end is given up at the bound, not collected."""
    with pytest.raises(Unavailable) as caught:
        read(b"x" * 60, b"x" * 60, limit=100)
    assert caught.value.code == "provider_garbage"
