"""Values built from tokens, within their bounds."""

import pytest

from nexy.contracts.turn import JsonValue
from nexy.core.json_value import MAX_DEPTH, MAX_VALUE_BYTES, Flaw, ValueBuilder, scalar_value


@pytest.mark.parametrize(
    ("raw", "value"),
    [("0", 0), ("-12", -12), ("1.50", 1.5), ("-2e3", -2000.0), ("true", True), ("False", False), ("null", None)],
)
def test_scalars(raw: str, value: JsonValue) -> None:
    """Numbers keep their kind; Python's spelling of the literals is taken too."""
    assert scalar_value(raw) == value
    assert type(scalar_value(raw)) is type(value)


@pytest.mark.parametrize("raw", ["", "NaN", "Infinity", "1e999", "007", "+1", "1.", ".5", "0x1", "1_000", "٣", "yes"])
def test_what_is_no_scalar(raw: str) -> None:
    """Anything that JSON does not know, or that is not finite, is refused."""
    with pytest.raises(ValueError, match=r"scalar|range"):
        scalar_value(raw)


def test_nested_values() -> None:
    """Objects and lists are put together; a repeated name keeps the last value."""
    builder = ValueBuilder()
    builder.begin("{")
    for value in (1, 2):
        builder.name("a")
        builder.put(value)
    builder.name("b")
    builder.begin("[")
    builder.put("x")
    builder.end()
    builder.end()
    assert (builder.value, builder.flaw) == ({"a": 2, "b": ["x"]}, None)


def test_a_value_without_a_name_is_malformed() -> None:
    """In an object every value needs a name, and every name a value."""
    nameless, valueless = ValueBuilder(), ValueBuilder()
    for builder in (nameless, valueless):
        builder.begin("{")
    nameless.put(1)
    valueless.name("a")
    valueless.end()
    assert (nameless.flaw, valueless.flaw) == (Flaw.MALFORMED, Flaw.MALFORMED)
    assert (nameless.value, valueless.value) == (None, None)


@pytest.mark.parametrize(("extra", "flaw"), [(0, None), (1, Flaw.TOO_DEEP)])
def test_depth_is_bounded(extra: int, flaw: Flaw | None) -> None:
    """The deepest allowed nesting is built, one more is not."""
    builder = ValueBuilder()
    for _ in range(MAX_DEPTH + extra):
        builder.begin("[")
    assert builder.flaw is flaw


@pytest.mark.parametrize(("extra", "flaw"), [(0, None), (1, Flaw.TOO_LARGE)])
def test_size_is_bounded(extra: int, flaw: Flaw | None) -> None:
    """Exactly the bound is taken, one byte more is not."""
    builder = ValueBuilder()
    builder.grow(MAX_VALUE_BYTES)
    builder.grow(extra)
    assert builder.flaw is flaw


def test_the_first_flaw_stays() -> None:
    """After a flaw everything is swallowed, and the reason does not change."""
    builder = ValueBuilder()
    builder.begin("[")
    builder.spoil(Flaw.MALFORMED)
    builder.put(1)
    builder.end()
    builder.spoil(Flaw.TOO_DEEP)
    assert (builder.value, builder.flaw) == (None, Flaw.MALFORMED)
