"""The tokens of JSON that comes in pieces."""

import pytest

from nexy.core.json_tokens import LOOK_AHEAD, MAX_SCALAR, Cursor, JsonTokens, Kind, Role


def tokens(*fragments: str, role: Role = Role.MEMBER, final: bool = True) -> list[tuple[Kind, str]]:
    """All tokens of text that comes in these fragments, every string in the given role."""
    cursor = Cursor()
    reader = JsonTokens(cursor)
    taken = []
    for fragment in (*fragments, ""):
        cursor.push(fragment)
        cursor.final = final and fragment == ""
        while (token := reader.take(role)) is not None and token.kind is not Kind.FENCE:
            taken.append((token.kind, token.text))
    return taken


def string(*fragments: str, role: Role = Role.MEMBER) -> str:
    """The decoded characters of a string's pieces."""
    return "".join(text for kind, text in tokens(*fragments, role=role) if kind is Kind.PIECE)


def test_an_object_is_cut_into_tokens() -> None:
    """Brackets, marks, strings and scalars come in order, white space does not."""
    kinds = [kind for kind, _ in tokens(' {"a" : [1 , true]}', role=Role.KEY)]
    string_kinds = [Kind.QUOTE, Kind.PIECE, Kind.END]
    rest = [Kind.SCALAR, Kind.COMMA, Kind.SCALAR, Kind.CLOSE, Kind.CLOSE]
    assert kinds == [Kind.OPEN, *string_kinds, Kind.COLON, Kind.OPEN, *rest]


def test_a_scalar_waits_for_its_end() -> None:
    """A number that is cut in two is one token."""
    assert tokens("[12", "34]")[1] == (Kind.SCALAR, "1234")
    assert tokens("[12", final=False) == [(Kind.OPEN, "[")]


def test_an_endless_scalar_does_not_wait_for_ever() -> None:
    """Longer than the bound, a scalar is cut: nothing in JSON is that long."""
    assert len(tokens("9" * (MAX_SCALAR + 1), final=False)) == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\n\t\r\b\f", "\n\t\r\b\f"),
        (r"\"\\\/\'", "\"\\/'"),
        (r"\u0416\u00e9", "Жé"),
        (r"\uD83D\uDE00", "😀"),
        (r"\uD83Dx", "\ufffdx"),
        (r"\uDE00\uD83D", "\ufffd\ufffd"),
        (r"\ud83d\u0041", "\ufffdA"),
        (r"\ud83d\ud83d\ude00", "\ufffd😀"),
        (r"\u12", "\\u12"),
        (r"\*\_\$", "*_$"),
        (r"C:\Dir", r"C:\Dir"),
    ],
)
def test_escapes_are_decoded_however_they_are_cut(written: str, meant: str) -> None:
    """Each escape gives its character whole or fed sign by sign; a lone surrogate gives U+FFFD."""
    assert string(f'"{written}z"') == meant + "z"
    assert string(*f'"{written}z"') == meant + "z"


@pytest.mark.parametrize("cut", ["\\", "\\u", "\\u04", r"\ud83d", r"\ud83d\ude"])
def test_half_an_escape_at_the_end_is_dropped(cut: str) -> None:
    """Text that ends inside an escape ends before it."""
    assert string('"ab' + cut) == "ab"


@pytest.mark.parametrize(
    "behind", ["}", " ]", ', "b"', ",}", '\n "next": 1', "\n```", " " * LOOK_AHEAD, ",", "", '  "cut']
)
def test_a_quote_ends_its_string_where_json_goes_on(behind: str) -> None:
    """Behind the last quote comes a bracket, a next member, a fence or nothing."""
    assert (Kind.END, '"') in tokens(f'"abc"{behind}')[:3]


@pytest.mark.parametrize("behind", ["x", " and", ", and so", ". ", "! ", '"}', ": so"])
def test_any_other_quote_belongs_to_the_text(behind: str) -> None:
    """A quote that the model forgot to escape is a character."""
    assert string(f'"a "b"{behind}').startswith('a "b"')


def test_a_key_ends_at_its_first_quote() -> None:
    """Keys have no unescaped quotes."""
    assert tokens('"a"b', role=Role.KEY)[2] == (Kind.END, '"')


def test_an_item_is_followed_by_any_value() -> None:
    """In a list a number or a list may follow a string; in an object that is prose."""
    assert tokens('"a", 1', role=Role.ITEM)[2][0] is Kind.END
    assert tokens('"a", 1', role=Role.MEMBER)[2][0] is Kind.PIECE


def test_an_undecided_quote_waits() -> None:
    """Until the next sign has come, a quote is neither end nor character."""
    assert tokens('"a" , ', final=False) == [(Kind.QUOTE, '"'), (Kind.PIECE, "a")]
