"""Budgets that are asked and usage that is kept, whatever becomes of a task or a search."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.capabilities import CODE_SEARCH
from nexy.contracts.code_search import FindCode
from nexy.contracts.completions import Finished, ToolCallDelta
from nexy.contracts.errors import BudgetExhausted, Unavailable
from nexy.contracts.routing import Embeddings, PassedBytes, Payer
from nexy.contracts.usage import CheckBudget, Expected, UsageSource
from nexy.contracts.words import WordsUsage
from support.coding_tasks import ANSWER, claude, coding, settled
from support.http_door import http_door
from support.scripted_providers import ScriptedProvider, begun, down, sources, usage
from support.scripted_search import ScriptedSearch, hit
from support.scripted_usage import ScriptedUsage

ADA = Payer(name="user:ada")
CALL = WordsUsage(provider="ollama", model="m", input_tokens=3, output_tokens=0)


async def test_every_attempt_has_its_row() -> None:
    """Source code, the payer, the provider's count; keys differ by attempt and name the request."""
    failing = claude(begun("claude"), usage("claude", 10), down())
    other = ScriptedProvider("openai", (begun("openai"), "hi", usage("openai", 5), Finished()))
    async with http_door(failing, other) as door, settled(door):
        await door.assistance.answer(coding())
    assert [(row.provider, row.report.input_tokens, row.estimated) for row in door.usage.rows] == [
        ("claude", 10, False),
        ("openai", 5, False),
    ]
    assert {row.report.source for row in door.usage.rows} == {UsageSource.CODE}
    assert {row.report.hardware_id for row in door.usage.rows} == {"user:ada"}
    assert len({row.key for row in door.usage.rows}) == 2
    assert all(row.key.startswith("r1:") for row in door.usage.rows)


async def test_the_budget_is_asked_first_and_let_go_last() -> None:
    """Who has spent everything reaches no provider; who has not holds a part until the rows are kept."""
    provider = claude(*ANSWER)
    spent = ScriptedUsage(refusal=BudgetExhausted("spent"))
    async with http_door(provider, usage=spent) as door, settled(door):
        with pytest.raises(BudgetExhausted):
            await door.assistance.answer(coding())
        assert (provider.asked, spent.rows) == ([], [])
        spent.refusal, spent.slow = None, asyncio.Event()
        await door.assistance.answer(coding(request_id="r2"))
        assert "r2" not in spent.released
        spent.slow.set()
    assert [check.turn_id for check in spent.checked] == ["r1", "r2"]
    assert "r2" in spent.released


async def test_a_ledger_that_cannot_tell_refuses_nobody() -> None:
    """Words matter more; what could not be kept is counted."""
    broken = ScriptedUsage(refusal=Unavailable("away"), failing=Unavailable("disk full"))
    async with http_door(claude(*ANSWER), usage=broken) as door, settled(door):
        await door.assistance.answer(coding())
    assert b"nexy_usage_unkept_total 1.0" in door.metrics.exposition()


async def test_a_free_answer_has_no_row_and_costs_nothing() -> None:
    """The offline brain is never charged."""
    async with http_door() as door, settled(door):
        _, told = await door.assistance.answer(coding())
    assert (told.provider, told.tokens_used, told.cost) == ("offline", 0, 0.0)
    assert door.usage.rows == []
    assert door.usage.released == ["r1"]


async def test_what_has_no_price_has_no_cost() -> None:
    """None, not zero."""
    async with http_door(claude(*ANSWER), usage=ScriptedUsage(unpriced="claude-model")) as door:
        _, told = await door.assistance.answer(coding())
    assert (told.tokens_used, told.cost) == (8, None)


async def test_a_cut_answer_is_estimated() -> None:
    """Who goes away after some words has still used tokens."""
    async with http_door(claude(begun("claude"), "Hello " * 40, 5.0)) as door, settled(door):
        async with door.assistance.work(coding()) as work:
            async for event in work.events:
                work.note(event, 0.0)
                if work.texts:
                    break
    (row,) = door.usage.rows
    assert row.estimated
    assert row.report.output_tokens == 60


async def test_a_cut_stream_of_bytes_is_estimated_by_its_events() -> None:
    """Bytes that pass through are counted without being read."""
    steps = (begun("claude"), PassedBytes(data=b"data: {}\n\n" * 9), 5.0)
    async with http_door(claude(*steps)) as door, settled(door):
        async with door.assistance.work(coding()) as work:
            async for event in work.events:
                work.note(event, 0.0)
                if work.passes:
                    break
    assert door.usage.rows[0].report.output_tokens == 9


async def test_calls_of_tools_are_counted_where_nobody_counts() -> None:
    """Their arguments are output too."""
    steps = (begun("claude"), ToolCallDelta(index=0, id="c", name="f", arguments="x" * 39), Finished())
    async with http_door(claude(*steps)) as door, settled(door):
        _, told = await door.assistance.answer(coding())
    assert told.tokens_used is None
    assert door.usage.rows[0].report.output_tokens == 10


async def test_the_ledger_is_waited_for_and_never_dropped() -> None:
    """While too many rows wait for the disk new work is refused for a moment; no row is lost."""
    slow = ScriptedUsage()
    slow.slow = asyncio.Event()
    async with http_door(claude(*ANSWER), usage=slow, max_waiting_rows=2) as door, settled(door):
        for number in range(2):
            await door.assistance.answer(coding(request_id=f"r{number}"))
        with pytest.raises(Unavailable) as refused:
            await door.assistance.answer(coding(request_id="r9"))
        assert (refused.value.code, refused.value.retry_after_seconds) == ("ledger_busy", 1.0)
        slow.slow.set()
    assert len(slow.rows) == 2


async def test_the_budget_hears_what_a_task_may_cost() -> None:
    """Everybody who may be paid, the question and the longest answer, before anybody is asked."""
    other = ScriptedProvider("openai", (begun("openai"), "hi", usage("openai", 5), Finished()))
    async with http_door(claude(*ANSWER), other) as door, settled(door):
        await door.assistance.answer(coding("x" * 400))
    (check,) = door.usage.checked
    assert check.expected is not None
    assert check.expected.models == (("claude", "claude-model"), ("openai", "openai-model"))
    assert (check.expected.input_tokens, check.expected.output_tokens) == (100, WordsConfig().claude.max_tokens)


async def test_cached_tokens_reach_the_ledger() -> None:
    """A provider's own cache makes them cheaper, so they are told apart."""
    told = replace(usage("claude", 100), cache_read_tokens=60, cache_write_tokens=30)
    async with http_door(claude(begun("claude"), "Hello", told, Finished())) as door, settled(door):
        await door.assistance.answer(coding())
    (row,) = door.usage.rows
    assert (row.report.input_tokens, row.report.cache_read_tokens, row.report.cache_write_tokens) == (100, 60, 30)


class Vectors:
    """One number for each text."""

    name, model = "ollama", "own"

    async def embed(self, texts: Sequence[str], model: str) -> Embeddings:
        vectors = [[1.0] for _ in texts]
        return Embeddings(provider="ollama", model=model, vectors=vectors, input_tokens=7, request_id="req-of-theirs")


async def test_vectors_are_foreseen_and_kept_under_the_providers_own_request() -> None:
    """So that a repeat of the row is none, as for words."""
    given = replace(sources(), embedders={"ollama": Vectors()})
    async with http_door(choose=given) as door, settled(door):
        await door.assistance.embed(Payer(name="user:ada"), "r1", ["a text"], "")
    (check,), (row,) = door.usage.checked, door.usage.rows
    assert check.expected == Expected(input_tokens=2, models=(("ollama", "own"),))
    assert (row.key, row.report.source, row.report.input_tokens) == ("r1:0:req-of-theirs", UsageSource.EMBEDDINGS, 7)


async def test_a_paid_search_is_refused_to_who_has_spent_everything() -> None:
    """Before the index hears of it; who has not holds what the vector may cost until it is kept."""
    search = ScriptedSearch(hit(), calls=(CALL,))
    search.foreseen = Expected(input_tokens=3, models=(("ollama", "m"),))
    spent = ScriptedUsage(refusal=BudgetExhausted("spent"))
    async with http_door(usage=spent, parts={CODE_SEARCH: search}) as door, settled(door):
        with pytest.raises(BudgetExhausted):
            await door.assistance.search(ADA, "r1", FindCode(query="login"))
        assert (search.asked, spent.rows) == ([], [])
        spent.refusal = None
        await door.assistance.search(ADA, "r2", FindCode(query="login"))
    assert [check.expected for check in spent.checked] == [search.foreseen, search.foreseen]
    assert [row.report.input_tokens for row in spent.rows] == [3]
    assert spent.released == ["r1", "r2"]


async def test_a_free_search_is_refused_to_nobody() -> None:
    """No budget is asked about what costs nothing."""
    spent = ScriptedUsage(refusal=BudgetExhausted("spent"))
    async with http_door(usage=spent, parts={CODE_SEARCH: ScriptedSearch(hit())}) as door, settled(door):
        found, told = await door.assistance.search(ADA, "r1", FindCode(query="login"))
    assert (len(found.hits), told.cost, spent.checked) == (1, 0.0, [])


async def test_the_budget_is_asked_before_a_task_looks_into_the_index() -> None:
    """The search may pay for a vector, so it comes second."""
    search, provider = ScriptedSearch(hit()), claude(*ANSWER)
    spent = ScriptedUsage(refusal=BudgetExhausted("spent"))
    async with http_door(provider, usage=spent, parts={CODE_SEARCH: search}) as door, settled(door):
        with pytest.raises(BudgetExhausted):
            await door.assistance.answer(coding())
    assert (search.asked, provider.asked) == ([], [])


async def test_a_task_that_leans_on_the_index_holds_what_is_asked_in_the_end() -> None:
    """What was found makes the question longer; the first amount is given back for the second."""
    async with http_door(claude(*ANSWER), parts={CODE_SEARCH: ScriptedSearch(hit())}) as door, settled(door):
        await door.assistance.answer(coding())
    first, second = (check.expected for check in door.usage.checked)
    assert first is not None
    assert second is not None
    assert first.input_tokens < second.input_tokens
    assert door.usage.released == ["r1", "r1"]


class SecondRefused(ScriptedUsage):
    """A ledger whose last cents another task holds by the time of the second question."""

    async def _check(self, request: CheckBudget) -> None:
        self.refusal = BudgetExhausted("spent") if self.checked else None
        await super()._check(request)


async def test_a_vector_is_kept_also_where_the_task_is_refused_after_it() -> None:
    """It was paid for, whatever comes of the task."""
    ledger, parts = SecondRefused(), {CODE_SEARCH: ScriptedSearch(hit(), calls=(CALL,))}
    async with http_door(claude(*ANSWER), usage=ledger, parts=parts) as door, settled(door):
        with pytest.raises(BudgetExhausted):
            await door.assistance.answer(coding())
    assert [(row.provider, row.report.input_tokens) for row in ledger.rows] == [("ollama", 3)]


async def test_vectors_outside_of_a_task_are_kept_too() -> None:
    """Those of an index and of a spoken question, each under a key of its own; without any there is no row."""
    async with http_door() as door, settled(door):
        for calls in ((CALL,), (), (CALL,)):
            await door.assistance.keep("mac", calls)
    assert {(row.report.hardware_id, row.report.source) for row in door.usage.rows} == {("mac", UsageSource.EMBEDDINGS)}
    assert len({row.key for row in door.usage.rows}) == 2
