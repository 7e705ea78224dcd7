"""Conditions of the query string."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.access_section import RestConfig
from nexy.contracts.rows import Combined, Compared, Comparison, Condition, InState, OneOf, RowsRefused, State
from nexy.transport.http_service.rest.filters import Filters

SMALL = RestConfig(max_conditions=3, max_depth=2, max_listed=3)


def of_column(value: str, name: str = "c", config: RestConfig | None = None) -> Condition:
    return Filters(config or RestConfig()).of_column(name, value)


def of_logic(value: str, name: str = "or", config: RestConfig | None = None) -> Condition:
    return Filters(config or RestConfig()).of_logic(name, value)


def compared(
    value: str, comparison: Comparison = Comparison.EQ, column: str = "c", *, negated: bool = False
) -> Compared:
    return Compared(column=column, comparison=comparison, value=value, negated=negated)


@pytest.mark.parametrize("operator", ["eq", "neq", "gt", "gte", "lt", "lte"])
def test_the_value_is_everything_behind_the_operator(operator: str) -> None:
    """Dots, commas, brackets, quotes and SQL are part of it (PostgREST: Operators)."""
    for value in ("1", "", "a.b", "x,y)", '"q"', "'; DROP TABLE projects; --", "*", "not.eq.1"):
        assert of_column(f"{operator}.{value}") == compared(value, Comparison(operator))
        assert of_column(f"not.{operator}.{value}") == compared(value, Comparison(operator), negated=True)


def test_a_star_stands_for_any_text_in_patterns_only() -> None:
    """`*` is `%` in like and ilike, so that nobody needs to escape it in a URL."""
    assert of_column("like.*a%b*") == compared("%a%b%", Comparison.LIKE)
    assert of_column("ilike.*") == compared("%", Comparison.ILIKE)
    assert of_column("eq.*") == compared("*")


@pytest.mark.parametrize("word", [*State, "NULL", "True"])
def test_is_takes_the_words_of_postgrest(word: str) -> None:
    """null, not_null, true, false, unknown, in small letters or large."""
    assert of_column(f"is.{word}") == InState(column="c", state=State(word.lower()))
    assert of_column(f"not.is.{word}") == InState(column="c", state=State(word.lower()), negated=True)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("()", ()),
        ("(1)", ("1",)),
        ("(1,2,3)", ("1", "2", "3")),
        ('("hi,there","yes,you")', ("hi,there", "yes,you")),
        (r'("a\"b","c\\d")', ('a"b', "c\\d")),
        ('(a"b,"c"d)', ('a"b', '"c"d')),
        ("(,)", ("", "")),
        ("(1;DROP TABLE x)", ("1;DROP TABLE x",)),
    ],
)
def test_lists_hold_quoted_values(text: str, values: tuple[str, ...]) -> None:
    """Commas and brackets stand in double quotes; a quotation within a word means nothing."""
    assert of_column(f"in.{text}") == OneOf(column="c", values=values)
    assert of_column(f"not.in.{text}") == OneOf(column="c", values=values, negated=True)


def test_conditions_are_combined_and_nested() -> None:
    """The example of PostgREST's "Logical operators", and a negation of the whole."""
    told = of_logic("(age.eq.14,not.and(age.gte.11,age.lte.17),name.is.null,id.in.(1,2))", "not.or")
    assert told == Combined(
        any_of=True,
        negated=True,
        parts=(
            compared("14", column="age"),
            Combined(
                parts=(compared("11", Comparison.GTE, "age"), compared("17", Comparison.LTE, "age")), negated=True
            ),
            InState(column="name", state=State.NULL),
            OneOf(column="id", values=("1", "2")),
        ),
    )


def test_a_value_within_brackets_may_be_quoted() -> None:
    """Commas and brackets in quotes; a column may be called `or`, `and` or `not`."""
    told = of_logic('(a.eq."x,(y)",or.eq.1,and.eq.2,"not".eq.3)')
    assert isinstance(told, Combined)
    assert told.parts == (
        compared("x,(y)", column="a"),
        compared("1", column="or"),
        compared("2", column="and"),
        compared("3", column="not"),
    )


@pytest.mark.parametrize(
    "value",
    [
        "eq", "noop.1", "fts.x", "cs.{a}", "like(any).{a}", "is.nothing", "is.", "in.", "in.1,2", "in.(1", "in.(1)x",
        'in.("a"', "not.", "not.eq", "EQ.1", "=.1", "; DROP TABLE projects; --.1",
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(value: str) -> None:
    """PGRST100 for unknown operators, and for those of PostgREST that are not offered."""
    with pytest.raises(RowsRefused) as refused:
        of_column(value)
    assert refused.value.code == "PGRST100"


@pytest.mark.parametrize(
    "value",
    ["", "()", "(a.eq.1", "a.eq.1", "(a.eq.1))", "(a.eq.1,)", "(a)", "(a.eq)", "(xor(a.eq.1,b.eq.2))", "(not.a.eq.1)",
     "(a.in.1)", "(a->b.eq.1)"],
)  # fmt: skip
def test_what_is_no_logic_is_refused(value: str) -> None:
    """Empty, unclosed, with something behind it, with another word."""
    with pytest.raises(RowsRefused) as refused:
        of_logic(value)
    assert refused.value.code == "PGRST100"


def test_other_tables_and_json_paths_are_refused() -> None:
    """A filter on an embedded resource is PGRST108 (PostgREST: Errors); paths are named in the hint."""
    with pytest.raises(RowsRefused) as embedded:
        of_column("eq.1", "projects.name")
    assert embedded.value.code == "PGRST108"
    with pytest.raises(RowsRefused) as path:
        of_column("eq.1", "analysis->score")
    assert (path.value.code, path.value.hint) == ("PGRST100", "Paths into JSON are not taken.")


def test_everything_is_bounded() -> None:
    """Conditions, depth and lists: the last one that is taken, and the first that is not."""
    assert of_logic("(and(a.eq.1,b.eq.1),c.eq.1)", config=SMALL)
    assert of_column("in.(1,2,3)", config=SMALL)
    for logic in ("(a.eq.1,b.eq.1,c.eq.1,d.eq.1)", "(and(or(a.eq.1)))"):
        with pytest.raises(RowsRefused):
            of_logic(logic, config=SMALL)
    with pytest.raises(RowsRefused):
        of_column("in.(1,2,3,4)", config=SMALL)


def test_depth_without_end_is_refused_and_not_felt() -> None:
    """100 000 brackets are refused at the configured depth, not by Python's own."""
    with pytest.raises(RowsRefused):
        of_logic("(and" * 100_000)


@given(st.text(max_size=60), st.text(max_size=30), st.booleans())
def test_any_text_is_taken_or_refused(value: str, name: str, logic: bool) -> None:
    """Nothing but a condition or `RowsRefused` comes of it."""
    try:
        found = of_logic(value) if logic else of_column(value, name)
    except RowsRefused:
        return
    assert isinstance(found, Compared | OneOf | InState | Combined)


@given(st.lists(st.text(alphabet="ab,()\"\\. '", max_size=6), max_size=5))
def test_quoted_lists_come_back_as_they_were(values: list[str]) -> None:
    """Whatever a client quotes as the Supabase clients do is what is compared with."""
    written = ",".join('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    assert of_column(f"in.({written})") == OneOf(column="c", values=tuple(values))
