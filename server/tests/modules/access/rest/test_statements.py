"""Statements: names come from the catalogue, everything that came from outside is a parameter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.access import NOBODY
from nexy.contracts.rows import (
    Cast,
    Combined,
    Compared,
    Comparison,
    DeleteRows,
    InsertRows,
    InState,
    OnConflict,
    OneOf,
    ReadRows,
    Returning,
    RowsRefused,
    Shown,
    Sorted,
    State,
    UpdateRows,
)
from nexy.modules.access.rest.catalogue import Column, Table
from nexy.modules.access.rest.reading import read_statement
from nexy.modules.access.rest.values import Values
from nexy.modules.access.rest.writing import delete_statement, insert_statement, update_statement

TABLE = Table(
    name="things",
    sql='public."Things"',
    columns={
        "id": Column(name="id", sql="id", type="uuid", default="gen_random_uuid()", in_key=True),
        "odd name": Column(name="odd name", sql='"odd name"', type="text"),
        "size": Column(name="size", sql="size", type="numeric"),
    },
)
# Everything of SQL that could end a literal, a name, a comment or a statement, between marks that find it again.
HOSTILE = st.text(alphabet="\"'`;-/*\\$() \n\x00ёAB", min_size=1, max_size=12).map(lambda text: f"⟦{text}⟧")
COLUMNS = st.sampled_from(list(TABLE.columns))
SIMPLE = st.one_of(
    st.builds(Compared, column=COLUMNS, comparison=st.sampled_from(Comparison), value=HOSTILE, negated=st.booleans()),
    st.builds(OneOf, column=COLUMNS, values=st.lists(HOSTILE, max_size=3).map(tuple), negated=st.booleans()),
    st.builds(InState, column=COLUMNS, state=st.sampled_from(State), negated=st.booleans()),
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.builds(
        Combined,
        parts=st.lists(inner, min_size=1, max_size=3).map(tuple),
        any_of=st.booleans(),
        negated=st.booleans(),
    ),
    max_leaves=6,
)
SHOWN = st.lists(
    st.builds(Shown, column=COLUMNS, alias=HOSTILE | st.just(""), cast=st.none() | st.sampled_from(Cast)),
    min_size=1,
    max_size=3,
).map(tuple)
ORDER = st.lists(
    st.builds(Sorted, column=COLUMNS, descending=st.booleans(), nulls_first=st.sampled_from([None, True, False])),
    max_size=2,
).map(tuple)
ASKED = st.fixed_dictionaries(
    {"conditions": st.lists(CONDITIONS, max_size=3).map(tuple), "shown": SHOWN, "order": ORDER}
)
ALL = (InState(column="id", state=State.NULL, negated=True),)
PAYLOAD = b'[{"odd name": "\xe2\x9f\xa6x\xe2\x9f\xa7"}]'


def given_out(statement: str, values: Values) -> None:
    """Nothing of the outside stands in the text, and each parameter is named in it."""
    assert "⟦" not in statement
    assert "⟧" not in statement
    for number in range(1, len(values.all) + 1):
        assert f"${number}::" in statement
    assert f"${len(values.all) + 1}::" not in statement


@given(asked=ASKED, total=st.booleans(), body=st.booleans())
def test_a_read_holds_nothing_from_outside(asked: dict[str, object], total: bool, body: bool) -> None:
    """Values and other names of columns are parameters, however they are written."""
    wanted = ReadRows(caller=NOBODY, table="things", total=total, body=body, **asked)  # type: ignore[arg-type]
    given_out(*read_statement(TABLE, wanted, 10))


@given(asked=ASKED, returning=st.sampled_from(Returning), merge=st.none() | st.sampled_from(OnConflict),
       defaults=st.booleans())  # fmt: skip
def test_a_change_holds_nothing_from_outside(
    asked: dict[str, object], returning: Returning, merge: OnConflict | None, defaults: bool
) -> None:
    """The payload is one parameter."""
    common = {"caller": NOBODY, "table": "things", "returning": returning, "order": asked["order"],
              "shown": asked["shown"]}  # fmt: skip
    new = {"payload": PAYLOAD, "columns": ("id", "odd name")}
    insert = InsertRows(**common, **new, rows=1, defaults=defaults, on_conflict=merge)  # type: ignore[arg-type]
    given_out(*insert_statement(TABLE, insert))
    conditions = asked["conditions"] or ALL
    given_out(*update_statement(TABLE, UpdateRows(**common, **new, conditions=conditions)))  # type: ignore[arg-type]
    given_out(*delete_statement(TABLE, DeleteRows(**common, conditions=conditions)))  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_no_statement_changes_every_row_by_itself(verb: str) -> None:
    """Whoever asks: 21000 as PostgreSQL's safeupdate says it, with the condition that means all."""
    common = {"caller": NOBODY, "table": "things"}
    with pytest.raises(RowsRefused, match=f"{verb} requires a WHERE clause") as refused:
        if verb == "UPDATE":
            update_statement(TABLE, UpdateRows(**common, payload=PAYLOAD, columns=("id",)))  # type: ignore[arg-type]
        else:
            delete_statement(TABLE, DeleteRows(**common))  # type: ignore[arg-type]
    assert (refused.value.code, "id=not.is.null" in str(refused.value.hint)) == ("21000", True)


def test_the_text_depends_on_the_form_alone() -> None:
    """Other values make the same statement, so that PostgreSQL plans it once; a list is one parameter."""
    texts = {
        read_statement(
            TABLE,
            ReadRows(caller=NOBODY, table="things", offset=count, conditions=(
                Compared(column="id", comparison=Comparison.EQ, value=str(count)),
                OneOf(column="size", values=("1",) * count),
            )),
            count,
        )[0]
        for count in (0, 1, 7)
    }  # fmt: skip
    assert len(texts) == 1


def test_postgresql_reads_values_as_the_columns_type() -> None:
    """A number is compared as a number, a pattern as text."""
    conditions = (
        Compared(column="size", comparison=Comparison.GT, value="9"),
        Compared(column="size", comparison=Comparison.LIKE, value="9%"),
    )
    text, values = read_statement(TABLE, ReadRows(caller=NOBODY, table="things", conditions=conditions), 5)
    assert "(t.size > $1::text::numeric) AND (t.size LIKE $2::text)" in text
    assert values.all[:2] == ["9", "9%"]


@pytest.mark.parametrize(
    "wanted",
    [
        ReadRows(caller=NOBODY, table="things", shown=(Shown(column='id" FROM users --'),)),
        ReadRows(caller=NOBODY, table="things", order=(Sorted(column="1"),)),
        ReadRows(caller=NOBODY, table="things", conditions=(InState(column="ctid", state=State.NULL),)),
        ReadRows(caller=NOBODY, table="things", shown=(Shown(column="id"), Shown(column="xmin"))),
    ],
)
def test_names_that_the_catalogue_lacks_never_reach_the_text(wanted: ReadRows) -> None:
    """42703, for columns of the system too."""
    with pytest.raises(RowsRefused) as refused:
        read_statement(TABLE, wanted, 5)
    assert refused.value.code == "42703"


@pytest.mark.parametrize("alias", ["a{}", ""])
def test_one_column_does_not_stand_in_an_answer_again_and_again(alias: str) -> None:
    """It would be multiplied; four times are taken, in a change as in a read, and where rows are only counted."""
    for times, taken in ((4, True), (5, False)):
        shown = tuple(Shown(column="id", alias=alias.format(number)) for number in range(times))
        for body in (True, False):
            if taken:
                read_statement(TABLE, ReadRows(caller=NOBODY, table="things", shown=shown, body=body), 5)
                continue
            with pytest.raises(RowsRefused) as refused:
                read_statement(TABLE, ReadRows(caller=NOBODY, table="things", shown=shown, body=body), 5)
            assert refused.value.code == "PGRST100"
        change = DeleteRows(caller=NOBODY, table="things", conditions=ALL, shown=shown, returning=Returning.ROWS)
        if not taken:
            with pytest.raises(RowsRefused):
                delete_statement(TABLE, change)


def test_many_columns_cannot_be_renamed() -> None:
    """A function of PostgreSQL takes 100 arguments: refused before it would be."""
    wide = Table(
        name="wide", sql="wide", columns={f"c{n}": Column(name=f"c{n}", sql=f"c{n}", type="text") for n in range(51)}
    )
    shown = tuple(Shown(column=name, alias=f"a{name}") for name in wide.columns)
    with pytest.raises(RowsRefused, match="renamed") as refused:
        read_statement(wide, ReadRows(caller=NOBODY, table="wide", shown=shown), 5)
    assert refused.value.code == "PGRST100"
