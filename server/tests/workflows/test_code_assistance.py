"""The story of a task: route, answer, judgement, figures, whatever happens on the way."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished
from nexy.contracts.errors import DeadlineExceeded, NexyError, ValidationFailed
from nexy.contracts.routing import (
    AllProvidersFailed,
    AttemptStatus,
    Brief,
    TaskType,
    Verb,
)
from nexy.modules.ai_router.choice import Sources, offline_provider
from support.asgi import fetch
from support.coding_tasks import ANSWER, claude, coding, settled
from support.http_door import HttpDoor, http_door
from support.scripted_providers import LoopClock, ScriptedProvider, begun, down, sources, usage

CODE = "```python\nx = 1\n```"
ROOT = Path(__file__).parents[3]
METRICS = "## Metrics"
METRIC = re.compile(r"^\| `(\w+)(?:\{([\w,]*)\})?` \|", re.MULTILINE)


async def shares(door: HttpDoor) -> dict[str, float]:
    await door.assistance.show_figures()
    lines = door.metrics.exposition().decode().splitlines()
    found = [line for line in lines if line.startswith("response_quality_score{")]
    return {line.partition("{")[2].partition("}")[0]: float(line.rpartition(" ")[2]) for line in found}


async def test_an_answer_tells_its_story() -> None:
    """Provider, model, attempts, tokens and cost of everybody who was paid."""
    failing = claude(begun("claude"), usage("claude", 10), down())
    other = ScriptedProvider("openai", (begun("openai"), "hi", usage("openai", 5), Finished()))
    async with http_door(failing, other) as door:
        work, told = await door.assistance.answer(coding())
    assert work.text == "hi"
    assert (told.provider, told.model, told.fallback, told.cached) == ("openai", "openai-model", True, False)
    assert [(one.provider, one.status, one.error) for one in told.attempts] == [
        ("claude", AttemptStatus.FAILED, "provider_500"),
        ("openai", AttemptStatus.OK, ""),
    ]
    assert told.tokens_used == 30
    assert told.cost == pytest.approx(30 / 1_000_000)
    assert 0 <= told.added_ms <= told.duration_ms


async def test_a_cancelled_task_closes_its_provider() -> None:
    """Cancellation reaches the provider before it is told to the caller, and is counted as what it is."""
    provider = claude(begun("claude"), "Hel", 1000.0)
    async with http_door(provider) as door, settled(door):
        running = asyncio.get_running_loop().create_task(door.assistance.answer(coding()))
        while not provider.open:
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert provider.open == 0
    assert b'ai_requests_total{provider="claude",status="cancelled",task_type="code_generation"} 1.0' in (
        door.metrics.exposition()
    )


@pytest.mark.parametrize(
    ("failure", "kind", "code"),
    [
        (down(), AllProvidersFailed, "all_providers_failed"),
        (DeadlineExceeded("slow", code="provider_between_tokens_timeout"), DeadlineExceeded,
         "provider_between_tokens_timeout"),
        (ValidationFailed("no", code="provider_refused"), ValidationFailed, "provider_refused"),
    ],
)  # fmt: skip
async def test_death_midway_tells_who_was_tried(failure: NexyError, kind: type[NexyError], code: str) -> None:
    """Nothing is answered again; the one that began has failed too."""
    async with http_door(claude(begun("claude"), "Hel", failure)) as door, settled(door):
        with pytest.raises(kind) as told:
            await door.assistance.answer(coding())
    assert told.value.code == code
    assert [(one.provider, one.status) for one in told.value.attempts] == [("claude", AttemptStatus.FAILED)]


@pytest.mark.parametrize(("text", "score"), [(CODE, 1.0), ("```python\nx = (\n```", 0.0)])
async def test_generated_code_is_judged(text: str, score: float) -> None:
    """Whether it parses is counted for the provider and the kind of task."""
    async with http_door(claude(begun("claude"), text, Finished())) as door:
        await door.assistance.generate(coding())
        assert await shares(door) == {'provider="claude",task_type="code_generation"': score}


async def test_an_analysis_is_measured_and_not_guessed() -> None:
    """Figures come from the offline brain, also where a model analysed; the model's own are not believed."""
    analysis = '{"suggestions": [], "summary": "fine", "metrics": {"lines_of_code": 999}}'
    measured = '{"summary": "x", "metrics": {"lines_of_code": 1, "cyclomatic_complexity": 1}}'
    brain = ScriptedProvider("offline", (measured, Finished()))
    providers = {"claude": claude(begun("claude"), analysis, Finished()), "offline": brain}
    asked = coding(task_type=TaskType.CODE_ANALYSIS, brief=Brief(verb=Verb.ANALYZE, code="x = 1"))
    async with http_door(choose=Sources(providers=providers)) as door:
        found, told = await door.assistance.analyze(asked)
    assert (told.provider, found.summary) == ("claude", "fine")
    assert (found.metrics.lines_of_code, found.metrics.cyclomatic_complexity) == (1, 1)


async def test_prose_is_the_summary_of_what_the_rules_find() -> None:
    """A model that forgets the form takes nothing away: findings, complexity and figures are those of the rules."""
    asked = coding(task_type=TaskType.CODE_ANALYSIS, brief=Brief(verb=Verb.ANALYZE, code="eval(x)\n"))
    given = sources(claude(begun("claude"), "It runs what it is given.", Finished()))
    brain = offline_provider(WordsConfig(), LoopClock())
    async with http_door(choose=replace(given, providers={**given.providers, "offline": brain})) as door:
        found, told = await door.assistance.analyze(asked)
        facts = {one.name: one.calls for one in await door.assistance.providers()}
    assert (told.provider, found.summary, found.complexity) == ("claude", "It runs what it is given.", "low")
    assert [one.id for one in found.suggestions] == ["dynamic-code:1"]
    assert found.metrics.lines_of_code == 1
    assert (facts["claude"], facts["offline"]) == (1, 0)


async def test_the_kind_of_task_reaches_the_brain() -> None:
    """Code without a word on it is worked on by its kind of task."""
    asked = coding(task_type=TaskType.TESTING, brief=Brief(verb=Verb.ANSWER, code="def add(a, b):\n    return a + b\n"))
    async with http_door(choose=Sources(providers={"offline": offline_provider(WordsConfig(), LoopClock())})) as door:
        work, _ = await door.assistance.free_answer(asked)
    assert "def test_add" in work.text


async def test_feedback_counts_for_whoever_answered() -> None:
    """A person's judgement is one more; an unknown request is none."""
    async with http_door(claude(*ANSWER)) as door:
        await door.assistance.answer(coding())
        assert await door.assistance.feedback("r1", 0.25)
        assert not await door.assistance.feedback("r404", 1.0)
        assert await shares(door) == {'provider="claude",task_type="code_generation"': 0.25}


async def test_figures_count_what_happened() -> None:
    """Requests by their end, tokens by model, the cache, breakers and failures of every provider."""
    async with http_door(claude(*ANSWER)) as door, settled(door):
        await door.assistance.answer(coding())
        await door.assistance.show_figures()
    told = door.metrics.exposition().decode()
    assert 'ai_requests_total{provider="claude",status="ok",task_type="code_generation"} 1.0' in told
    assert 'ai_request_duration_seconds_count{provider="claude",task_type="code_generation"} 1.0' in told
    assert 'api_tokens_used_total{model="claude-model",provider="claude"} 8.0' in told
    assert 'nexy_answer_cache_total{result="miss"} 1.0' in told
    assert 'nexy_provider_breaker_state{provider="claude",state="closed"} 1.0' in told
    assert 'nexy_provider_failures{provider="gemini"} 0.0' in told


async def test_invented_models_share_a_label() -> None:
    """Names that callers choose do not grow the metrics without end."""
    other, words = ScriptedProvider("openai", (begun("openai"), "x", usage("openai"))), WordsConfig(max_models=1)
    async with http_door(claude(*ANSWER), other, words=words) as door:
        for model in ("claude", "openai"):
            await door.assistance.answer(coding(model=model))
        await door.assistance.cleanup()
    assert 'api_tokens_used_total{model="other",provider="openai"} 2.0' in door.metrics.exposition().decode()


async def test_the_documented_metrics_are_there_with_their_labels() -> None:
    """The table of docs/AI_ROUTER.md names each metric as it stands on /metrics, and all of the router's."""
    page = (ROOT / "docs" / "AI_ROUTER.md").read_text(encoding="utf-8")
    documented = {name: set(labels.split(",")) - {""} for name, labels in METRIC.findall(page.partition(METRICS)[2])}
    async with http_door(claude(*ANSWER)) as door, settled(door):
        await door.assistance.generate(coding())
        await fetch(door.app, "/health")
        await door.assistance.show_figures()
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(door.metrics.exposition().decode()):
        for sample in family.samples:
            name = re.sub("_(bucket|count|sum|created)$", "", sample.name)
            found.setdefault(name, set()).update(set(sample.labels) - {"le"})
    assert documented == {name: labels for name, labels in found.items() if name in documented}
    ours = ("ai_", "api_", "response_", "http_", "nexy_provider", "nexy_answer", "nexy_usage")
    undocumented = {name for name in found if name.startswith(ours)} - set(documented)
    assert {name for name in undocumented if f"{name}_total" not in documented} == set()
