"""Bodies."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.rows import RowsRefused
from nexy.transport.http_service.rest.payload import Payload, payload_of

JSON = "application/json"


def payload(body: bytes, kind: str = JSON, columns: tuple[str, ...] | None = None, most: int = 3) -> Payload:
    return payload_of(body, kind, columns, most)


def test_objects_and_arrays_are_told_apart() -> None:
    """What came as one object goes back as one."""
    one, many = payload(b'{"a": 1, "b": {"c": [null]}}'), payload(b'[{"a": 1}, {"a": "2"}]')
    assert (one.single, one.rows, one.columns, one.array) == (True, 1, ("a", "b"), b'[{"a": 1, "b": {"c": [null]}}]')
    assert (many.single, many.rows, many.columns, many.array) == (False, 2, ("a",), many.body)
    assert (payload(b"[]").rows, payload(b"{}").columns) == (0, ())


def test_all_objects_name_the_same_columns() -> None:
    """PGRST102 (PostgREST: Errors), in whatever order they stand; with `columns` it is these that count."""
    assert payload(b'[{"a":1,"b":2},{"b":1,"a":2}]').columns == ("a", "b")
    with pytest.raises(RowsRefused) as refused:
        payload(b'[{"a":1},{"b":2}]')
    assert (refused.value.code, refused.value.message) == ("PGRST102", "All object keys must match")
    assert payload(b'[{"a":1},{"b":2}]', columns=("a", "b")).columns == ("a", "b")


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"1", b'"a"', b"[1]", b"[null]", b"[[{}]]", b"{", b"{'a': 1}", b'{"a": NaN}', b'{"a":1}{}', b"\xff",
     b'{"a": "\xff"}', b"a=1", b"[" * 100_000, b'{"a":' * 100_000],
)  # fmt: skip
def test_what_is_no_json_of_objects_is_refused(body: bytes) -> None:
    """PGRST102, however it is broken."""
    with pytest.raises(RowsRefused) as refused:
        payload(body)
    assert refused.value.code == "PGRST102"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/csv", "text/plain; charset=utf-8"])
def test_other_kinds_are_refused(kind: str) -> None:
    """PGRST107 with 415, and the hint says what curl needs; a body of no said kind is JSON."""
    with pytest.raises(RowsRefused) as refused:
        payload(b'{"a":1}', kind)
    assert (refused.value.code, refused.value.field) == ("PGRST107", "Content-Type")
    assert payload(b'{"a":1}', "").columns == payload(b'{"a":1}', "application/json; charset=utf-8").columns


def test_columns_are_bounded() -> None:
    """More than are taken are refused."""
    payload(json.dumps(dict.fromkeys("abc")).encode())
    with pytest.raises(RowsRefused):
        payload(json.dumps(dict.fromkeys("abcd")).encode())


@given(st.binary(max_size=60))
def test_any_bytes_are_taken_or_refused(body: bytes) -> None:
    """Nothing but a payload or `RowsRefused` comes of it."""
    with suppress(RowsRefused):
        assert payload(body).rows >= 0
