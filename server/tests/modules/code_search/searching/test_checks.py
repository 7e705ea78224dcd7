"""Questions are made clean, or refused by the name of their field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.code_search import FindCode, FindSymbol
from nexy.contracts.errors import ValidationFailed
from nexy.modules.code_search.searching.checks import checked, checked_symbol

_CONFIG = CodeSearchConfig(max_query_characters=100, max_results=20)

_PERSON = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize("query", ["", "   ", "\n\t", "\x00\x01", "...", "== ( )", "\u2028\ufeff", "\ud800"])
def test_a_question_without_a_word_is_refused(query: str) -> None:
    """Blanks, signs, control characters and broken text are no question; the field is named."""
    with pytest.raises(ValidationFailed, match="query: ") as caught:
        checked(FindCode(query=query), _CONFIG)
    assert caught.value.field == "query"


def test_a_megabyte_is_refused_without_being_told_again() -> None:
    """A far too long question names its length and the bound, not its text."""
    with pytest.raises(ValidationFailed, match="1048576 characters; send at most 100") as caught:
        checked(FindCode(query="x" * 1024 * 1024), _CONFIG)
    assert caught.value.field == "query"
    assert len(caught.value.message) < 100


@pytest.mark.parametrize(
    ("query", "clean"),
    [
        ("  where is\nthe login\thandled? ", "where is the login handled?"),
        ("log\x00in\x1b[31m", "log in [31m"),
        ("\ufeffgetUser", "getUser"),
        ("смена  пароля", "смена пароля"),
        ("operator==", "operator=="),
        ("_", "_"),
        ("a\ud800b", "a?b"),
    ],
)
def test_a_question_becomes_one_clean_line(query: str, clean: str) -> None:
    """Line breaks, control characters and lone surrogates are gone, and nothing else."""
    assert checked(FindCode(query=query), _CONFIG).query == clean


@given(st.text(max_size=90))
def test_no_text_is_more_than_refused(query: str) -> None:
    """Any text is either one clean line that PostgreSQL and JSON can carry, or refused."""
    try:
        asked = checked(FindCode(query=query, context=query), _CONFIG)
    except ValidationFailed:
        return
    assert asked.query == asked.query.strip()
    assert b"\x00" not in asked.query.encode()
    assert len(asked.query.splitlines()) == 1


@pytest.mark.parametrize("limit", [0, -1, 21, 10**9])
def test_a_limit_out_of_bounds_is_refused(limit: int) -> None:
    """One to `max_results` places can be asked for, by both doors."""
    for refused in (lambda: checked(FindCode(query="a", limit=limit), _CONFIG),
                    lambda: checked_symbol(FindSymbol(symbol="a", limit=limit), _CONFIG)):  # fmt: skip
        with pytest.raises(ValidationFailed, match="1 to 20") as caught:
            refused()
        assert caught.value.field == "limit"


@pytest.mark.parametrize("field", ["context", "language", "project_id"])
def test_every_long_field_is_named(field: str) -> None:
    """A too long context, language or project is refused under its own name."""
    with pytest.raises(ValidationFailed) as caught:
        checked(FindCode(query="a", **{field: "x" * 500}), _CONFIG)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_what_is_fine_stays() -> None:
    """The other wishes are taken over; the language has its usual name."""
    asked = checked(
        FindCode(query="a", user_id=_PERSON, limit=3, language="PY", context=" my\napp ", prose=False), _CONFIG
    )
    assert (asked.user_id, asked.limit, asked.language, asked.context, asked.prose) == (
        _PERSON,
        3,
        "python",
        "my app",
        False,
    )


@pytest.mark.parametrize(
    ("symbol", "path"),
    [
        ("close", ("close",)),
        ("Session.close", ("Session", "close")),
        ("a::b::C", ("a", "b", "C")),
        ("Widget#paint()", ("Widget", "paint")),
        (".hidden.", ("hidden",)),
        ("ptr->next", ("ptr", "next")),
    ],
)
def test_a_symbol_is_taken_apart(symbol: str, path: tuple[str, ...]) -> None:
    """Whichever way of writing a qualified name, its parts are told apart and calls are names."""
    assert checked_symbol(FindSymbol(symbol=symbol), _CONFIG).path == path


@pytest.mark.parametrize("symbol", ["", " ", "\n", "...", "::", "x" * 500])
def test_a_symbol_without_a_name_is_refused(symbol: str) -> None:
    """Nothing, separators alone and a flood of letters are no name."""
    with pytest.raises(ValidationFailed) as caught:
        checked_symbol(FindSymbol(symbol=symbol), _CONFIG)
    assert caught.value.field == "symbol"


def test_a_windows_path_is_a_path() -> None:
    """Backslashes of an editor's path become slashes, as they stand in the index."""
    assert checked_symbol(FindSymbol(symbol="a", file_path="src\\a.py"), _CONFIG).file_path == "src/a.py"


@pytest.mark.parametrize("user_id", ["anne", "1", _PERSON + "0", "*"])
def test_a_person_is_a_uuid(user_id: str) -> None:
    """What is no UUID never reaches the claims of a transaction, by neither door."""
    for refused in (lambda: checked(FindCode(query="a", user_id=user_id), _CONFIG),
                    lambda: checked_symbol(FindSymbol(symbol="a", user_id=user_id), _CONFIG)):  # fmt: skip
        with pytest.raises(ValidationFailed) as caught:
            refused()
        assert caught.value.field == "user_id"


@pytest.mark.parametrize("language", ["klingon", "pyton", "*", "python, go"])
def test_an_unknown_language_is_refused_and_the_known_ones_named(language: str) -> None:
    """By both doors: "nothing was found" would not tell that the name is wrong."""
    for refused in (lambda: checked(FindCode(query="a", language=language), _CONFIG),
                    lambda: checked_symbol(FindSymbol(symbol="a", language=language), _CONFIG)):  # fmt: skip
        with pytest.raises(ValidationFailed, match=r"bash, .*go, .*python, .*text, ") as caught:
            refused()
        assert caught.value.field == "language"


@pytest.mark.parametrize(
    ("language", "usual"),
    [("Golang", "go"), ("C++", "cpp"), ("txt", "text"), (" rst ", "rst"), ("", ""), ("starlark", "starlark")],
)
def test_every_language_that_a_file_can_be_in_is_taken(language: str, usual: str) -> None:
    """Also those that are cut as plain text, and by whatever name."""
    assert checked(FindCode(query="a", language=language), _CONFIG).language == usual
