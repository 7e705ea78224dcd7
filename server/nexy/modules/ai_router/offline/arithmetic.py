"""Exact arithmetic within bounds: a recursive-descent reader over tokens, never `eval`.

sum := product (("+" | "-") product)*
product := signed (("*" | "/") signed)*
signed := "-"* power; power := atom ("^" signed)?; atom := number "%"? | "√" signed | "(" sum ")" "%"?
A bare percentage after + or - is one of what stands before it: 80 + 15% is 92.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import isqrt

from nexy.modules.ai_router.offline.intents import ImpossibleSum, NoResult, SumQuestion

_MAX_DEPTH = 25
_EXACT_PLACES = 12
_ROUNDED_DIGITS = 10
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Impossible(Exception):
    """The sum has no result."""

    def __init__(self, reason: NoResult) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotASum(Exception):
    """The tokens do not follow the grammar."""


def work_out(tokens: Sequence[str], max_digits: int) -> SumQuestion | ImpossibleSum | None:
    """The result of the tokens, None when they are no sum; numbers stay under `max_digits` digits."""
    reader = _Reader(tokens, max_digits)
    try:
        return spoken_value(reader.read())
    except NotASum:
        return None
    except Impossible as impossible:
        return ImpossibleSum(reason=impossible.reason)


class _Reader:
    def __init__(self, tokens: Sequence[str], max_digits: int) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._max_digits = max_digits
        self._max_bits = int(max_digits * 3.33) + 1

    def read(self) -> Fraction:
        value = self._sum()
        if self._at != len(self._tokens):
            raise NotASum
        return value

    def _take(self, *wanted: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at] in wanted:
            self._at += 1
            return self._tokens[self._at - 1]
        return ""

    def _sum(self) -> Fraction:
        value = self._product()
        while sign := self._take("+", "-"):
            began = self._at
            other = self._product()
            if self._tokens[began + 1 : self._at] == ["%"]:
                other *= value
            value = self._bounded(value + other if sign == "+" else value - other)
        return value

    def _product(self) -> Fraction:
        value = self._signed()
        while sign := self._take("*", "/"):
            other = self._signed()
            value = self._bounded(value * other if sign == "*" else _divided(value, other))
        return value

    def _signed(self) -> Fraction:
        negative = False
        while self._take("-"):
            negative = not negative
        value = self._power()
        return -value if negative else value

    def _power(self) -> Fraction:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotASum
        base = self._atom()
        if self._take("^"):
            base = self._raised(base, self._signed())
        self._depth -= 1
        return base

    def _atom(self) -> Fraction:
        if self._take("√"):
            return _root(self._signed())
        if self._take("("):
            value = self._sum()
            if not self._take(")"):
                raise NotASum
        else:
            value = self._number()
        return value / 100 if self._take("%") else value

    def _number(self) -> Fraction:
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if not _NUMBER.fullmatch(token):
            raise NotASum
        if len(token) > self._max_digits:
            raise Impossible(NoResult.TOO_LARGE)
        self._at += 1
        return Fraction(token)

    def _raised(self, base: Fraction, exponent: Fraction) -> Fraction:
        if exponent == Fraction(1, 2):
            return _root(base)
        if exponent.denominator != 1 or (base == 0 and exponent < 0):
            raise Impossible(NoResult.DIVISION_BY_ZERO if base == 0 and exponent < 0 else NoResult.NOT_REAL)
        size = max(base.numerator.bit_length(), base.denominator.bit_length())
        if abs(exponent) > self._max_bits or (size > 1 and size * abs(exponent) > 2 * self._max_bits):
            raise Impossible(NoResult.TOO_LARGE)
        return self._bounded(base ** int(exponent))

    def _bounded(self, value: Fraction) -> Fraction:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > self._max_bits:
            raise Impossible(NoResult.TOO_LARGE)
        return value


def _divided(value: Fraction, by: Fraction) -> Fraction:
    if by == 0:
        raise Impossible(NoResult.DIVISION_BY_ZERO)
    return value / by


def _root(value: Fraction) -> Fraction:
    """The square root, exact where there is an exact one, else to 20 digits."""
    if value < 0:
        raise Impossible(NoResult.NOT_REAL)
    above, below = isqrt(value.numerator), isqrt(value.denominator)
    if above * above == value.numerator and below * below == value.denominator:
        return Fraction(above, below)
    with localcontext(prec=20):
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def spoken_value(value: Fraction) -> SumQuestion:
    """Decimal digits: all of them where they are few, else rounded and marked so."""
    with localcontext(prec=1000):
        whole = value * 10**_EXACT_PLACES
        if whole.denominator == 1:
            return SumQuestion(value=_digits(Decimal(whole.numerator).scaleb(-_EXACT_PLACES)))
    with localcontext(prec=_ROUNDED_DIGITS):
        return SumQuestion(value=_digits(Decimal(value.numerator) / Decimal(value.denominator)), exact=False)


def _digits(value: Decimal) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
