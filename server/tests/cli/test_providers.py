"""`nexy providers`: with a server, without one, in both languages."""

import asyncio
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from nexy.cli.providers import _EXPLAINED, _configured_key, _of_server, provider_notes, providers_table
from nexy.config.api_section import ApiConfig
from nexy.contracts.errors import Unauthenticated, Unavailable
from nexy.contracts.routing import BreakerState, ProviderFacts
from nexy.messages.catalogue import Catalogue
from support.debian_postgres import free_port
from support.http_door import http_door
from support.listening import listening
from support.nexy_process import nexy

FACTS = (
    ProviderFacts(
        name="claude", model="[sonnet]", configured=True, variable="ANTHROPIC_API_KEY", breaker=BreakerState.OPEN,
        last_error="provider_500", calls=12, failures=5, p50_ms=120.4, p95_ms=900.0, cost_usd="0.012345678",
        unpriced_calls=2,
    ),
    ProviderFacts(name="openai", model="", configured=False, variable="OPENAI_API_KEY"),
    ProviderFacts(name="ollama", model="m", configured=True, variable="OLLAMA_URL", breaker=BreakerState.HALF_OPEN),
    ProviderFacts(name="offline", model="offline", configured=True, variable=""),
)  # fmt: skip


def shown(language: str) -> list[list[str]]:
    console = Console(file=io.StringIO(), width=160, record=True, markup=False)
    console.print(providers_table(FACTS, Catalogue(language)))
    return [line.split("  ") for line in console.export_text().splitlines()]


def test_each_provider_has_its_line() -> None:
    """State, calls, the failed ones, latencies and cost; of those that are not set nothing but the name."""
    rows = [[cell.strip() for cell in row if cell.strip()] for row in shown("en")]
    assert rows[0] == ["provider", "model", "state", "calls", "failed", "p50 ms", "p95 ms", "USD"]
    assert rows[1] == ["claude", "[sonnet]", "paused", "12", "5", "120", "900", "0.0123"]
    assert rows[2] == ["openai", "–", "not set", "–", "–", "–", "–", "–"]
    assert rows[3][2] == "on trial"
    assert rows[4][:3] == ["offline", "offline", "ready"]


def test_the_table_speaks_the_persons_language() -> None:
    """Headings and states in Russian."""
    text = str(shown("ru"))
    assert all(word in text for word in ("провайдер", "на паузе", "на пробе", "готов", "не задан"))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_table_fits_a_small_terminal(language: str) -> None:
    """Names of usual models and all figures stand whole in 80 columns."""
    facts = replace(FACTS[0], model="claude-sonnet-4-5", calls=99_999, failures=9999)
    console = Console(file=io.StringIO(), width=80, markup=False)
    with console.capture() as captured:
        console.print(providers_table((facts, FACTS[1]), Catalogue(language)))
    assert len(captured.get().splitlines()) == 3
    assert "claude-sonnet-4-5" in captured.get()


def test_notes_tell_what_the_table_has_no_room_for() -> None:
    """Why the last call failed, calls without a price, and what to set, in the person's language."""
    english = [list(provider_notes(one, Catalogue("en"))) for one in FACTS]
    assert english[0][0] == "claude: the last call failed: it answered with the HTTP status 500 (provider_500)"
    assert english[0][1].startswith("claude: calls of models without a price, left out of the cost: 2;")
    assert english[2:] == [[], []]
    missing = replace(FACTS[1], variable="A or B")
    assert list(provider_notes(missing, Catalogue("ru"))) == ["openai не настроен; задайте A или B"]


async def test_without_a_server_the_configured_ones_are_shown(tmp_path: Path) -> None:
    """With what to set for each missing one; no key is printed."""
    told = await nexy(tmp_path, "providers", ANTHROPIC_API_KEY="canary-key", COLUMNS="160")
    assert told.code == 0
    assert "no server runs" in told.out
    for variable in ("OPENAI_API_KEY or OPENAI_BASE_URL", "GEMINI_API_KEY", "OLLAMA_URL"):
        assert f"set {variable}" in told.out
    assert "ANTHROPIC_API_KEY" not in told.out
    assert "canary" not in told.out + told.err


async def test_json_is_for_scripts(tmp_path: Path) -> None:
    """Every provider in the fixed order, with all its facts."""
    told = await nexy(tmp_path, "providers", "--json", OLLAMA_URL="http://127.0.0.1:1", OLLAMA_MODEL="own")
    rows = json.loads(told.out)["providers"]
    assert [row["name"] for row in rows] == ["claude", "openai", "gemini", "ollama", "offline"]
    ollama = rows[3]
    assert (ollama["configured"], ollama["model"], ollama["breaker"], ollama["calls"]) == (True, "own", "closed", 0)


def test_a_server_that_does_not_answer_is_told() -> None:
    """One line with the address, no traceback."""
    with pytest.raises(Unavailable, match="does not answer"):
        _of_server(f"127.0.0.1:{free_port()}")


async def test_the_key_of_the_configuration_is_sent() -> None:
    """Whoever reads the server's configuration needs no flag; another key may be named; without one it is told."""
    config = ApiConfig(keys="ada = right, bob=other", key_required=True)
    async with http_door(config=config) as door, listening(door.app) as address:
        key = _configured_key(config.keys)
        facts = await asyncio.to_thread(_of_server, address, key)
        assert [one.name for one in facts] == ["claude", "openai", "gemini", "ollama", "offline"]
        assert await asyncio.to_thread(_of_server, address, "other")
        for wrong in ("", "guess"):
            with pytest.raises(Unauthenticated, match="--key"):
                await asyncio.to_thread(_of_server, address, wrong)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_refused_key_is_told_with_its_variable(language: str) -> None:
    """Who fails every call is not ready, and the note says what to set."""
    facts = replace(FACTS[2], name="openai", variable="OPENAI_API_KEY or OPENAI_BASE_URL", last_error="provider_auth",
                    breaker=BreakerState.CLOSED, calls=5, failures=5)  # fmt: skip
    words = Catalogue(language)
    console = Console(file=io.StringIO(), width=160)
    with console.capture() as captured:
        console.print(providers_table((facts,), words))
    assert words.text("providers.failing") in captured.get()
    assert words.text("providers.ready") not in captured.get()
    (note,) = provider_notes(facts, words)
    assert "OPENAI_API_KEY" in note
    assert "OPENAI_BASE_URL" not in note


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("code", [*sorted(_EXPLAINED), "503", "of_another_kind"])
def test_every_failure_has_plain_words(language: str, code: str) -> None:
    """The code stands behind them."""
    (note,) = provider_notes(replace(FACTS[2], last_error=f"provider_{code}"), Catalogue(language))
    assert note.startswith("ollama: ")
    assert note.endswith(f" (provider_{code})")
