"""Reading from left to right."""

import pytest

from nexy.contracts.rows import RowsRefused
from nexy.transport.http_service.rest.scanner import Scanner, ungrammatical


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("id", "id", ""),
        ("user-id.eq", "user-id", ".eq"),
        ("first name ,x", "first name", ",x"),
        ("data->key", "data", "->key"),
        ('"a.b,c"::text', "a.b,c", "::text"),
        (r'"say \"hi\" \\"', 'say "hi" \\', ""),
        ("имя:x", "имя", ":x"),
        ("_$1", "_$1", ""),
    ],
)
def test_names_are_read_as_postgrest_reads_them(text: str, name: str, rest: str) -> None:
    """Letters, digits, _, $, - and blanks within; anything in double quotes (PostgREST: URL Grammar)."""
    scanner = Scanner(text, "x")
    assert (scanner.name(), scanner.rest()) == (name, rest)


@pytest.mark.parametrize("text", ["", ".", "(", '"', '"open', '"open\\', '"open\\"', ";", "'"])
def test_what_is_no_name_is_refused(text: str) -> None:
    """Nothing, a sign, a quotation without an end: PGRST100."""
    with pytest.raises(RowsRefused) as refused:
        Scanner(text, "x").name()
    assert refused.value.code == "PGRST100"


def test_a_refusal_repeats_no_more_than_is_of_use() -> None:
    """A long parameter is cut in the message, and the column is counted from 1."""
    told = ungrammatical("filter", "x" * 5000, "details")
    assert len(told.message) < 200
    scanner = Scanner("ab", "x")
    scanner.expect("a")
    assert (scanner.refusal("y").details or "").endswith("column 2")
