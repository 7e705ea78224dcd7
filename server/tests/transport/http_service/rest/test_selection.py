"""select, order, columns, on_conflict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.rows import Cast, RowsRefused, Shown, Sorted
from nexy.transport.http_service.rest.selection import names_in, shown_in, sorted_in

MOST = 4


def shown(text: str) -> tuple[Shown, ...]:
    return shown_in(text, "projects", MOST)


def test_columns_are_selected_renamed_and_cast() -> None:
    """As PostgREST's "Vertical Filtering" has it."""
    assert shown("*") == (Shown(column="*"),)
    assert shown("id,fullName:full_name") == (Shown(column="id"), Shown(column="full_name", alias="fullName"))
    assert shown("salary::text,n:size::int") == (
        Shown(column="salary", cast=Cast.TEXT),
        Shown(column="size", alias="n", cast=Cast.INTEGER),
    )
    assert shown('"a,b":"c d"') == (Shown(column="c d", alias="a,b"),)


@pytest.mark.parametrize("text", ["projects(*)", "id,projects!inner(id)", "p:projects(name)", "...projects(name)"])
def test_other_tables_are_refused_as_unrelated(text: str) -> None:
    """PGRST200, 400: no relationship (PostgREST: Errors), and the details say that there is no embedding."""
    with pytest.raises(RowsRefused) as refused:
        shown(text)
    assert refused.value.code == "PGRST200"
    assert "embedded" in (refused.value.details or "")


@pytest.mark.parametrize(
    "text",
    ["id,", ",id", "id::", "id::regclass", "id::text::text", "id::text; DROP TABLE x", "data->a", "data->>a", "a:b:c",
     "count()", "id)", "*,*,*,*,*", "id--;", "id;", "'id'", "**"],
)  # fmt: skip
def test_what_is_no_selection_is_refused(text: str) -> None:
    """Unknown casts, JSON paths, aggregates and SQL."""
    with pytest.raises(RowsRefused) as refused:
        shown(text)
    assert refused.value.code in ("PGRST100", "PGRST200")


def test_the_order_is_read_step_by_step() -> None:
    """Direction and nulls may both be left out (PostgREST: Ordering)."""
    assert sorted_in("age.desc.nullslast,height.asc,name.nullsfirst,id", MOST) == (
        Sorted(column="age", descending=True, nulls_first=False),
        Sorted(column="height"),
        Sorted(column="name", nulls_first=True),
        Sorted(column="id"),
    )


@pytest.mark.parametrize(
    "text", ["id.ac", "id.descc", "id.asc.desc", "id.nullslasttt", "a,b,c,d,e", "id,", "p(name)", "a->b", "1;DROP", ""]
)
def test_what_is_no_order_is_refused(text: str) -> None:
    """The malformed ones of PostgREST's own grammar, and more columns than are taken."""
    with pytest.raises(RowsRefused) as refused:
        sorted_in(text, MOST)
    assert refused.value.code == "PGRST100"


def test_names_are_listed_once() -> None:
    """As postgrest-js quotes them in `columns`."""
    assert names_in('"title","code",title', "columns parameter", MOST) == ("title", "code")
    for text in ("", "a,,b", "a,b,c,d,e", "a;b", "a)"):
        with pytest.raises(RowsRefused):
            names_in(text, "columns parameter", MOST)


@given(st.text(max_size=40))
def test_any_text_is_taken_or_refused(text: str) -> None:
    """Nothing but a selection, an order, names or `RowsRefused` comes of it."""
    for read in (shown, lambda given: sorted_in(given, MOST), lambda given: names_in(given, "x", MOST)):
        try:
            assert read(text)
        except RowsRefused:
            continue
