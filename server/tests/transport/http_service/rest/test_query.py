"""The query string as a whole, and Range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.access_section import RestConfig
from nexy.contracts.rows import RowsRefused, Shown, Sorted
from nexy.transport.http_service.rest.query import Query, query_of
from nexy.transport.http_service.rest.ranges import content_range, ranged, status_of_page

SMALL = RestConfig(max_query_bytes=1024, max_conditions=3)


def query(text: str | bytes, config: RestConfig | None = None) -> Query:
    return query_of(text.encode() if isinstance(text, str) else text, "projects", config or RestConfig())


def test_every_part_has_its_name() -> None:
    """Percent signs and pluses are decoded, order of parameters means nothing, conditions add up."""
    asked = query("limit=5&a=eq.x%20y&select=id&offset=10&b=eq.p+q&order=id.desc&columns=a,b&on_conflict=id")
    assert (asked.limit, asked.offset, asked.paged) == (5, 10, True)
    assert (asked.shown, asked.order) == ((Shown(column="id"),), (Sorted(column="id", descending=True),))
    assert [getattr(one, "value", "") for one in asked.conditions] == ["x y", "p q"]
    assert (asked.columns, asked.conflict_columns) == (("a", "b"), ("id",))
    assert query("") == Query()
    assert query("select=&order=&columns=&on_conflict=") == Query()


@pytest.mark.parametrize(
    "text",
    ["foo", "foo=", "foo=bar", "id=equal", "=eq.1", "select=id&select=id", "limit=1&limit=2", "limit=", "limit=x",
     "limit=1e3", "offset=1.5", "limit=" + "9" * 5000, "a=eq.%ff", "a=eq.%ed%a0%80", "or=a.eq.1"],
)  # fmt: skip
def test_a_slip_is_refused_and_changes_nothing(text: str) -> None:
    """PGRST100, also for what PostgREST passes over: a condition with a slip in it must not select every row."""
    with pytest.raises(RowsRefused) as refused:
        query(text)
    assert refused.value.code == "PGRST100"


@pytest.mark.parametrize("text", ["limit=-1", "offset=-1"])
def test_negative_pages_cannot_be_satisfied(text: str) -> None:
    """PGRST103 (PostgREST: Errors)."""
    with pytest.raises(RowsRefused) as refused:
        query(text)
    assert refused.value.code == "PGRST103"


def test_length_and_number_are_bounded() -> None:
    """The query string in bytes, and its parameters."""
    query("a=eq." + "x" * 1019, SMALL)
    for text in ("a=eq." + "x" * 1020, "&".join(["a=eq.1"] * 4), "&" * 1000):
        with pytest.raises(RowsRefused):
            query(text, SMALL)


@pytest.mark.parametrize(
    ("asked", "header", "limit", "offset"),
    [
        ("", b"0-19", 20, 0),
        ("", b"10-", None, 10),
        ("", b"5-5", 1, 5),
        ("limit=3", b"10-19", 3, 10),
        ("limit=30&offset=5", b"10-19", 5, 15),
        ("offset=50", b"10-19", 0, 60),
        ("limit=2", b"", 2, 0),
        ("", b"bytes=0-1", None, 0),
        ("", b"0-1,3-4", None, 0),
        ("", b"-5", None, 0),
        ("", b"x", None, 0),
    ],
)
def test_a_range_bounds_limit_and_offset(asked: str, header: bytes, limit: int | None, offset: int) -> None:
    """Ranges of rows; what is none of them is passed over, as RFC 9110 says for units that nobody knows."""
    found = ranged(query(asked), header)
    assert (found.limit, found.offset) == (limit, offset)


def test_a_range_from_back_to_front_cannot_be_satisfied() -> None:
    """PGRST103 and 416 (PostgREST: Pagination and Count)."""
    with pytest.raises(RowsRefused) as refused:
        ranged(query(""), b"5-4")
    assert refused.value.code == "PGRST103"


@pytest.mark.parametrize(
    ("offset", "count", "total", "status", "told"),
    [
        (0, 0, None, 200, b"*/*"),
        (0, 3, None, 200, b"0-2/*"),
        (10, 5, None, 200, b"10-14/*"),
        (0, 25, 3573458, 206, b"0-24/3573458"),
        (0, 3, 3, 200, b"0-2/3"),
        (1, 2, 3, 206, b"1-2/3"),
        (0, 0, 0, 200, b"*/0"),
        (3, 0, 3, 206, b"*/3"),
        (0, 0, 3, 206, b"*/3"),
    ],
)
def test_content_range_tells_rows_and_total(
    offset: int, count: int, total: int | None, status: int, told: bytes
) -> None:
    """PostgREST's table: 206 for a part, `*` for no row and for no count."""
    assert (status_of_page(offset, count, total), content_range(offset, count, total)) == (status, told)


def test_a_page_behind_the_last_row_cannot_be_satisfied() -> None:
    """416 with PGRST103, but only where the rows were counted."""
    with pytest.raises(RowsRefused) as refused:
        status_of_page(4, 0, 3)
    assert (refused.value.code, "only 3 rows" in (refused.value.details or "")) == ("PGRST103", True)
    assert status_of_page(4, 0, None) == 200


@given(st.binary(max_size=80), st.binary(max_size=20))
def test_any_bytes_are_taken_or_refused(raw: bytes, header: bytes) -> None:
    """Nothing but a query or `RowsRefused` comes of it."""
    try:
        found = ranged(query(raw), header)
    except RowsRefused:
        return
    assert found.offset >= 0
