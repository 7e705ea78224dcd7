"""Sums in words and signs, and the arithmetic beneath them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.ai_router_section import OfflineConfig
from nexy.modules.ai_router.offline.arithmetic import spoken_value, work_out
from nexy.modules.ai_router.offline.intents import ImpossibleSum, NoResult, SumQuestion
from nexy.modules.ai_router.offline.number_words import number_of, small_number
from nexy.modules.ai_router.offline.sums import sum_in


def result(text: str, language: str = "en", limits: OfflineConfig | None = None) -> str | NoResult | None:
    done = sum_in(text, language=language, limits=limits or OfflineConfig())
    match done:
        case SumQuestion(value=value):
            return value
        case ImpossibleSum(reason=reason):
            return reason
        case None:
            return None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2+2*3", "8"),
        ("(2+2)*3", "12"),
        ("2 - 3 - 4", "-5"),
        ("100 / 10 / 5", "2"),
        ("2^3^2", "512"),
        ("-2^2", "-4"),
        ("2 ** 3", "8"),
        ("2^-1", "0.5"),
        ("--5 + 0", "5"),
        ("0.1 + 0.2", "0.3"),
        ("1/8", "0.125"),
        ("2/3", "0.6666666667"),
        ("50%", "0.5"),
        ("80 + 15%", "92"),
        ("80 - 15%", "68"),
        ("80 * 15%", "12"),
        ("(10 + 10)%", "0.2"),
        ("4 ^ 0.5", "2"),
        ("0 * -1", "0"),
        ("10 : 4", "2.5"),
        ("3x4", "12"),
    ],
)
def test_signs_follow_school_rules(text: str, value: str) -> None:
    """Products before sums, powers from the right, percentages as people mean them, decimals exact."""
    assert result(text) == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1,000 + 1", "en", "1001"),
        ("1,5 + 1", "en", "2.5"),
        ("1,000 + 1", "ru", "2"),
        ("1 000 000 + 1", "ru", "1000001"),
        ("12,345,678 * 1", "en", "12345678"),
    ],
)
def test_commas_mean_what_the_language_means(text: str, language: str, value: str) -> None:
    """In English a comma groups thousands, in Russian it marks decimals."""
    assert result(text, language) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1/0", NoResult.DIVISION_BY_ZERO),
        ("1/(2-2)", NoResult.DIVISION_BY_ZERO),
        ("0^-1", NoResult.DIVISION_BY_ZERO),
        ("(-8)^0.3", NoResult.NOT_REAL),
        ("(0-4)^0.5", NoResult.NOT_REAL),
        ("9^9^9^9", NoResult.TOO_LARGE),
        ("2^100000000000", NoResult.TOO_LARGE),
        ("9" * 50 + "+1", NoResult.TOO_LARGE),
        ("10^30 * 10^30", NoResult.TOO_LARGE),
        ("(1/3)^1000", NoResult.TOO_LARGE),
    ],
)
def test_sums_without_a_result_say_why(text: str, reason: NoResult) -> None:
    """Division by zero, roots of negatives and numbers beyond the bound are answers, not errors."""
    assert result(text) is reason


@pytest.mark.parametrize(
    "text",
    ["", "2", "+", "2+", "*2", "(2", "2)", "()", "2 2", "2 + two three hundred", "import os", "__import__('os')+1",
     "2 + x", "1e9 + 1", "555-1234", "2000-01-01", "((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))+1"],
)  # fmt: skip
def test_what_is_no_sum_is_none(text: str) -> None:
    """Broken expressions, names, telephone numbers and nesting beyond reason are left to the other rules."""
    assert result(text) is None


def test_the_number_of_tokens_is_bounded() -> None:
    """A sum longer than the bound is none."""
    assert result("+".join("1" * 10), limits=OfflineConfig(max_sum_tokens=19)) == "10"
    assert result("+".join("1" * 11), limits=OfflineConfig(max_sum_tokens=19)) is None


@given(st.integers(-999, 999), st.sampled_from("+-*"), st.integers(-999, 999))
def test_agrees_with_python_on_integers(a: int, sign: str, b: int) -> None:
    """Two integers and a sign give what Python gives."""
    expected = {"+": a + b, "-": a - b, "*": a * b}[sign]
    assert result(f"what is ({a}) {sign} ({b})") == str(expected)


@given(st.lists(st.sampled_from(["1", "2.5", "0", "+", "-", "*", "/", "^", "%", "(", ")", "√"]), max_size=30))
def test_any_tokens_end(tokens: list[str]) -> None:
    """Whatever the tokens, the reader ends with a result, a reason or nothing."""
    assert isinstance(work_out(tokens, 40), SumQuestion | ImpossibleSum | None)


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000))
def test_spoken_values_are_near_and_marked_when_rounded(value: Fraction) -> None:
    """Exact digits equal the value; rounded ones are within a billionth part and say so."""
    spoken = spoken_value(value)
    assert "e" not in spoken.value.lower()
    if spoken.exact:
        assert Fraction(spoken.value) == value
    else:
        assert abs(Fraction(spoken.value) - value) <= abs(value) / 10**9


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("zero", 0),
        ("twenty five", 25),
        ("one hundred five", 105),
        ("two thousand three hundred forty five", 2345),
        ("three million two", 3_000_002),
        ("сто двадцать три", 123),
        ("две тысячи пятьсот", 2500),
        ("тысяча", 1000),
        ("двадцати пяти", 25),
        ("сорока", 40),
        ("twenty twelve", None),
        ("five two", None),
        ("hundred", None),
        ("twenty hundred", None),
        ("thousand million", None),
        ("сто двести", None),
        ("fish", None),
        ("", None),
    ],
)
def test_number_words(words: str, number: int | None) -> None:
    """Well-formed numbers in words have a value, word salads have none."""
    assert number_of(words.split()) == number


@pytest.mark.parametrize(("text", "number"), [("5", 5), ("Three", 3), ("трёх", 3), ("5" * 20, None), ("few", None)])
def test_small_numbers(text: str, number: int | None) -> None:
    """Counts come as digits or words."""
    assert small_number(text) == number
