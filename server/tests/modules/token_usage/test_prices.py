"""Prices: exact, found under every usual name, and never guessed."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.token_usage.prices import Price, read_prices

HOME = Path("/nowhere")
COUNTS = st.integers(0, 2**31 - 1)


@pytest.mark.parametrize(
    ("model", "cost"),
    [
        ("gpt-4o-mini", "0.000450000"),
        ("gpt-4o-mini-2024-07-18", "0.000450000"),
        ("openai/GPT-4o-mini", "0.000450000"),
        ("models/gemini-2.0-flash-lite", "0.000225000"),
        ("gemini-2.5-flash-preview-05-20", "0.001550000"),
        ("claude-sonnet-4-20250514", "0.010500000"),
        ("claude-3-5-haiku-latest", "0.002800000"),
        ("gpt-4o-2024-05-13", "0.012500000"),
    ],
)
def test_a_model_is_found_under_its_usual_names(model: str, cost: str) -> None:
    """Vendor's path, letters' case and date do not matter, unless the dated one has a price of its own."""
    price = read_prices(HOME, "").price_of("any", model)
    assert price is not None
    assert format(price.cost(1000, 500), "f") == cost


@pytest.mark.parametrize("model", ["gpt-9", "llama3", "gpt-4o-mini-tts", "", "gpt", "-2024-07-18"])
def test_an_unknown_model_has_no_price(model: str) -> None:
    """A similar name is not taken for the same model."""
    assert read_prices(HOME, "").price_of("openai", model) is None


def test_the_offline_brain_costs_nothing() -> None:
    """Nothing is a price too: not the same as unpriced."""
    price = read_prices(HOME, "").price_of("offline", "rules")
    assert price is not None
    assert price.cost(10**6, 10**6) == 0


@given(COUNTS, COUNTS)
def test_costs_are_exact(input_tokens: int, output_tokens: int) -> None:
    """No count is rounded by a binary fraction: nine places hold the price of one token."""
    cost = Price(input=Decimal("0.075"), output=Decimal("0.30")).cost(input_tokens, output_tokens)
    assert cost * 10**9 == 75 * input_tokens + 300 * output_tokens


def test_the_operators_file_comes_first(tmp_path: Path) -> None:
    """It changes a price and adds one, also with numbers that are not quoted; the others stay."""
    (tmp_path / "prices.yaml").write_text(
        "free: [local]\nmodels:\n  GPT-4o-mini: {input: 0.1, output: 0.2}\n  mine: {input: '1', output: '1'}\n"
    )
    table = read_prices(tmp_path, "prices.yaml")
    assert table.price_of("", "gpt-4o-mini") == Price(input=Decimal("0.1"), output=Decimal("0.2"))
    assert table.price_of("", "mine") == Price(input=Decimal(1), output=Decimal(1))
    assert table.price_of("local", "whatever") == Price(input=Decimal(0), output=Decimal(0))
    assert table.price_of("", "gpt-4o") is not None


@pytest.mark.parametrize(
    "text",
    [
        "models: {a: {input: -1, output: 1}}",
        "models: {a: {input: NaN, output: 1}}",
        "models: {a: {input: free, output: 1}}",
        "models: {a: {input: 1}}",
        "models: {a: {input: 1, output: 2, cached: 3}}",
        "models: [a, b]",
        "models: {a: {input: 1",
        "just text",
    ],
)
def test_a_wrong_file_ends_the_start(tmp_path: Path, text: str) -> None:
    """The operator mends a price; nobody pays a guessed one."""
    (tmp_path / "prices.yaml").write_text(text)
    with pytest.raises(ConfigurationInvalid, match=r"token_usage\.prices_file: .*prices\.yaml"):
        read_prices(tmp_path, "prices.yaml")


def test_a_missing_file_ends_the_start(tmp_path: Path) -> None:
    """The path is named."""
    with pytest.raises(ConfigurationInvalid, match=r"gone\.yaml cannot be read"):
        read_prices(tmp_path, "gone.yaml")


@pytest.mark.parametrize(
    ("model", "read", "written", "cost"),
    [
        # 1000 tokens in, of which 600 were in the cache and 300 put there, and none out.
        ("claude-sonnet-4-5", 600, 300, "0.001605000"),
        ("gpt-4.1", 600, 300, "0.001100000"),
        ("gpt-3.5-turbo", 600, 300, "0.000500000"),
        ("gemini-2.5-flash", 600, 0, "0.000138000"),
    ],
)
def test_tokens_of_the_prompt_cache_have_their_own_price(model: str, read: int, written: int, cost: str) -> None:
    """Where a vendor published one; elsewhere they cost what any input costs."""
    price = read_prices(HOME, "").price_of("any", model)
    assert price is not None
    assert format(price.cost(1000, 0, read, written), "f") == cost


def test_a_cache_read_is_never_dearer_than_input() -> None:
    """Over the packaged table, as a check of what was typed."""
    for price in read_prices(HOME, "")._models.values():
        assert price.cache_read is None or price.cache_read < price.input
        assert price.cache_write is None or price.input < price.cache_write <= 2 * price.input
