"""What answers lean on: asked for in time, fitting well, and never a reason to fail."""

import asyncio
from dataclasses import replace

import pytest

from nexy.config.ai_router_section import WordsConfig
from nexy.config.code_search_section import CodeGroundingConfig
from nexy.contracts.capabilities import CODE_SEARCH
from nexy.contracts.code_search import FindCode, FindSymbol, Found
from nexy.contracts.completions import Finished
from nexy.contracts.errors import Unavailable
from nexy.contracts.routing import Brief, Payer, Verb
from nexy.contracts.usage import UsageSource
from nexy.contracts.words import WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.modules.ai_router.choice import offline_provider
from nexy.utils.supervisor import owned_task
from nexy.workflows.code_grounding import CodeGrounding
from support.http_door import http_door
from support.scripted_providers import LoopClock, ScriptedProvider, begun, sources, task, usage
from support.scripted_search import ScriptedSearch, hit

ADA = Payer(name="key:1", tenant="user:ada", user_id="ada")
CALL = WordsUsage(provider="ollama", model="nomic", input_tokens=4, output_tokens=0)


def grounding(search: ScriptedSearch | None, **about: object) -> CodeGrounding:
    """Over this search, or none."""
    coordinator = ModuleCoordinator()
    if search is not None:
        coordinator.provide(CODE_SEARCH, search)
    return CodeGrounding(coordinator, CodeGroundingConfig(**about))  # type: ignore[arg-type]


async def grounded(search: ScriptedSearch | None, brief: Brief, **about: object) -> tuple[Brief, str, Found]:
    """The brief and the question's last text after it."""
    made, found = await grounding(search, **about).ground(task("wish", brief=brief, payer=ADA))
    assert made.brief is not None
    return made.brief, made.question.messages[-1].text, found


@pytest.mark.parametrize(
    ("brief", "query"),
    [
        (Brief(verb=Verb.GENERATE, text="create login endpoint"), "create login endpoint"),
        (Brief(verb=Verb.ANSWER, text="why is it slow?", code="x = 1"), "why is it slow?"),
        (Brief(verb=Verb.ANALYZE, text="security", code="def load(path):\n    pass"), "def load path pass"),
        (Brief(verb=Verb.COMPLETE, prefix="import os\nresult = parse_url(te"), "result parse_url import"),
        (Brief(verb=Verb.EXPLAIN, code="run(task)", text=""), "run task"),
    ],
)  # fmt: skip
async def test_what_is_looked_for(brief: Brief, query: str) -> None:
    """The words of the wish; where there is only code, its names, those near the cursor first."""
    search = ScriptedSearch(hit())
    made, text, _ = await grounded(search, brief)
    assert search.queries == [query]
    assert made.found == search.found.hits
    assert "[1]" in text


async def test_a_symbol_is_looked_for_by_its_name() -> None:
    """To explain a name alone, its definition is found."""
    search = ScriptedSearch(hit())
    await grounded(search, Brief(verb=Verb.EXPLAIN, text=" Session.close ", language="python", file_path="a.py"))
    asked = search.asked[0]
    assert isinstance(asked, FindSymbol)
    assert (asked.symbol, asked.user_id, asked.file_path) == ("Session.close", "ada", "a.py")


async def test_the_person_and_her_context_are_told() -> None:
    """A short context may be a project's name; a long one is matter, and no help to a search."""
    search = ScriptedSearch(hit())
    await grounded(search, Brief(verb=Verb.GENERATE, text="x1", context="shop"))
    await grounded(search, Brief(verb=Verb.GENERATE, text="x1", context="y" * 201))
    first, second = search.asked
    assert isinstance(first, FindCode)
    assert isinstance(second, FindCode)
    assert (first.user_id, first.context, second.context) == ("ada", "shop", "")


async def test_what_fits_badly_is_left_out() -> None:
    """An answer does not lean on noise, and on so many places at most."""
    search = ScriptedSearch(hit("a"), hit("b", score=0.1), hit("c"), hit("d"))
    made, _, found = await grounded(search, Brief(verb=Verb.GENERATE, text="wish"), max_places=2)
    assert [one.file_path for one in made.found] == ["a", "c"]
    assert len(found.hits) == 4


async def test_a_late_search_is_not_waited_for() -> None:
    """The task goes on as it is."""
    made, text, _ = await grounded(
        ScriptedSearch(hit(), late=asyncio.Event()), Brief(verb=Verb.GENERATE, text="wish"), timeout_seconds=0.01
    )
    assert (made.found, text) == ((), "wish")


@pytest.mark.parametrize("search", [None, ScriptedSearch(hit(), refusal=Unavailable("away"))])
async def test_a_search_that_is_away_keeps_nobody_from_answering(search: ScriptedSearch | None) -> None:
    """The task goes on as it is."""
    made, text, found = await grounded(search, Brief(verb=Verb.GENERATE, text="wish"))
    assert (made.found, text, found) == ((), "wish", Found())


@pytest.mark.parametrize("brief", [Brief(verb=Verb.COMPLETE, prefix="= ("), Brief(verb=Verb.GENERATE, text=" ")])
async def test_nothing_to_look_for_asks_nobody(brief: Brief) -> None:
    """Signs alone find nothing."""
    search = ScriptedSearch(hit())
    await grounded(search, brief)
    assert search.asked == []


async def test_what_the_search_cost_is_kept() -> None:
    """The vector of the question is paid by whoever asked."""
    provider = ScriptedProvider("claude", (begun("claude"), "x", usage("claude", 4), Finished()))
    parts = {CODE_SEARCH: ScriptedSearch(hit(), calls=(CALL,))}
    async with http_door(provider, parts=parts) as door:
        await door.assistance.generate(task(brief=Brief(verb=Verb.GENERATE, text="wish"), payer=ADA))
        await door.assistance.search(ADA, "r2", FindCode(query="x"))
        await door.assistance.cleanup()
    assert [(row.provider, row.report.source) for row in door.usage.rows] == [
        ("ollama", UsageSource.CODE),
        ("claude", UsageSource.CODE),
        ("ollama", UsageSource.EMBEDDINGS),
    ]


async def test_a_symbol_that_is_nowhere_is_said_to_be() -> None:
    """A model that gets a bare name would make something up."""
    _, text, _ = await grounded(ScriptedSearch(), Brief(verb=Verb.EXPLAIN, text="nosuch"))
    assert "no definition of this name was found" in text
    _, text, _ = await grounded(ScriptedSearch(), Brief(verb=Verb.GENERATE, text="wish"))
    assert text == "wish"


async def test_a_symbol_is_waited_for_longer() -> None:
    """Without its code there is nothing to say about it."""
    late = asyncio.Event()
    asking = grounded(ScriptedSearch(hit(), late=late), Brief(verb=Verb.EXPLAIN, text="close"), timeout_seconds=0.01)
    async with owned_task(asking) as asked:
        await asyncio.wait((asked,), timeout=0.1)
        late.set()
        assert len((await asked)[0].found) == 1


async def test_code_that_is_there_already_is_told_beside_a_models_prose() -> None:
    """The offline look has the places too, so what the index knows is not lost where a model answers in words."""
    body = "def total(rows):\n    count = 0\n    for row in rows:\n        count += row.price\n    return count\n"
    provider = ScriptedProvider("claude", (begun("claude"), "Looks fine to me.", Finished()))
    given, brain = sources(provider), offline_provider(WordsConfig(), LoopClock())
    choose = replace(given, providers={**given.providers, "offline": brain})
    async with http_door(choose=choose, parts={CODE_SEARCH: ScriptedSearch(hit("sums.py", body))}) as door:
        brief = Brief(verb=Verb.ANALYZE, code=body, language="python")
        analysis, _ = await door.assistance.analyze(task(brief=brief, payer=ADA))
    assert any(one.id.startswith("repeated-code") for one in analysis.suggestions)
