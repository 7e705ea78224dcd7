"""What each tool asks for, gives back and refuses."""

import asyncio
from dataclasses import replace
from typing import Any

from mcp import Client
from mcp.types import TextContent

from nexy.contracts.code_search import (
    DescribeIndexes,
    FindCode,
    FindSymbol,
    IndexBusy,
    IndexCode,
    IndexFacts,
    IndexProgress,
    IndexReport,
    IndexStage,
    IndexState,
    SearchKind,
)
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.usage import UsageSource
from nexy.contracts.words import WordsUsage
from nexy.utils.supervisor import owned_task
from support.mcp_session import ScriptedIndex, mcp_session
from support.scripted_search import hit
from support.scripted_usage import ScriptedUsage

_REPORT = IndexReport(
    project_id="p1", project="shop", branch="main", revision=3, files=2, chunks=9, read_files=1, read_chunks=4,
    kept_files=1, removed_files=0, skipped={"binary": 1}, masked=2,
)  # fmt: skip
_FACTS = IndexFacts(
    project_id="p1", project="shop", source="/src/shop", owner_id="", public=True, branch="main", revision=3,
    state=IndexState.READY, stale=False, files=2, chunks=9, languages={"python": 2},
)  # fmt: skip


async def given(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    """The structured answer of a call that is not refused."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def refusal(client: Client, tool: str, **arguments: object) -> str:
    """The words of a call that is refused."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


async def test_search_gives_places_with_their_reasons() -> None:
    """Each result has its place, its symbol, its score, why, and what stands there."""
    async with mcp_session(ScriptedIndex(hit())) as client:
        found = await given(client, "search_code", query="where is the login handled")
    assert found["results"] == [{
        "project": "shop", "file_path": "auth/login.py", "start_line": 1, "end_line": 2, "symbol": "sign_in",
        "language": "python", "score": 0.9, "why": "the words fit", "content": "def sign_in():\n    pass\n",
    }]  # fmt: skip
    assert (found["total"], found["stale"], found["revision"], found["left_out"]) == (1, False, "7", {})


async def test_search_is_asked_as_the_client_asks_and_in_the_person_s_name() -> None:
    """Limit, kind, language by any of its names and project go down; the person cannot be chosen by the client."""
    index = ScriptedIndex()
    async with mcp_session(index, user_id="u1") as client:
        await given(client, "search_code", query="login", limit=3, kind="keyword", language="py", project="shop")
    (wish,) = index.asked
    assert wish == FindCode(
        query="login", user_id="u1", kind=SearchKind.KEYWORD, limit=3, language="python", project_id="shop"
    )


async def test_refusal_reaches_the_client_in_its_own_words_with_its_code() -> None:
    """The message says what to mend; the code is for programs."""
    index = ScriptedIndex(refusal=ValidationFailed("query: say what to look for", field="query"))
    async with mcp_session(index) as client:
        said = await refusal(client, "search_code", query=" ")
    assert "query: say what to look for [validation_failed]" in said


async def test_symbol_is_explained_without_a_model_and_cites_its_place() -> None:
    """The offline rules explain what the index finds under the name."""
    index = ScriptedIndex(hit())
    async with mcp_session(index, user_id="u1") as client:
        told = await given(client, "explain_code", symbol="sign_in", language="python")
    assert told["provider"] == "offline"
    assert "sign_in" in told["explanation"]
    assert [source["file_path"] for source in told["sources"]] == ["auth/login.py"]
    (wish,) = index.asked
    assert isinstance(wish, FindSymbol)
    assert (wish.symbol, wish.user_id) == ("sign_in", "u1")


async def test_code_itself_is_explained() -> None:
    """Nothing has to be indexed for that."""
    async with mcp_session(ScriptedIndex()) as client:
        told = await given(client, "explain_code", code="def twice(x):\n    return 2 * x\n", language="python")
    assert "twice" in told["explanation"]
    assert told["sources"] == []


async def test_explaining_nothing_is_refused() -> None:
    """Either a symbol or code has to be given."""
    async with mcp_session(ScriptedIndex()) as client:
        assert "one of code, symbol is needed" in await refusal(client, "explain_code")


async def test_indexing_reports_progress_that_only_grows_and_then_what_was_done() -> None:
    """Each notification has a greater figure than the one before; the report comes as the answer."""
    steps = (
        IndexProgress(stage=IndexStage.LIST),
        IndexProgress(stage=IndexStage.READ, done=1, total=2),
        IndexProgress(stage=IndexStage.READ, done=1, total=2),
        IndexProgress(stage=IndexStage.READ, done=2, total=2),
        IndexProgress(stage=IndexStage.TEST),
        _REPORT,
    )
    seen: list[tuple[float, float | None, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message))

    index = ScriptedIndex(steps=steps)
    async with mcp_session(index, user_id="u1") as client:
        result = await client.call_tool("index_folder", {"source": "/src/shop"}, progress_callback=note)
    assert result.structured_content == {
        "project": "shop", "revision": 3, "files": 2, "chunks": 9, "read_files": 1, "kept_files": 1,
        "removed_files": 0, "skipped": {"binary": 1}, "masked": 2, "answers": True,
    }  # fmt: skip
    figures = [progress for progress, _, _ in seen]
    assert figures == sorted(set(figures))
    assert len(figures) == 4
    assert seen[1][2] == "read: 1 of 2"
    assert all(progress <= (total or 0) for progress, total, _ in seen)
    assert index.orders == [IndexCode(source="/src/shop", owner_id="u1")]
    assert index.closed == 1


async def test_indexing_that_fails_midway_is_refused_and_closed() -> None:
    """What breaks a run off is told, and the run's steps are let go of."""
    index = ScriptedIndex(steps=(IndexProgress(stage=IndexStage.LIST), IndexBusy("shop", 5.0)))
    async with mcp_session(index) as client:
        said = await refusal(client, "index_folder", source="/src/shop")
    assert "shop is being indexed by another run [index_busy]" in said
    assert index.closed == 1


async def test_a_relative_folder_is_refused() -> None:
    """Nobody knows what it is relative to; the repository's forms of address are no paths."""
    async with mcp_session(ScriptedIndex()) as client:
        assert "source: an absolute path" in await refusal(client, "index_folder", source="src/shop")
        assert "without a report" in await refusal(client, "index_folder", source="git@example.com:team/shop.git")


async def test_run_without_a_report_is_a_defect_that_is_told() -> None:
    """A client never takes silence for success."""
    async with mcp_session(ScriptedIndex()) as client:
        assert "without a report" in await refusal(client, "index_folder", source="/src/shop")


async def test_status_lists_what_the_person_may_see_and_nothing_of_others() -> None:
    """The question goes down in her name, and never in everyone's."""
    index = ScriptedIndex(facts=(_FACTS,))
    async with mcp_session(index, user_id="u1") as client:
        told = await given(client, "index_status")
    assert told["projects"] == [{
        "project": "shop", "source": "/src/shop", "state": "ready", "stale": False, "revision": 3, "files": 2,
        "chunks": 9, "languages": {"python": 2}, "problem": "",
    }]  # fmt: skip
    assert index.orders == [DescribeIndexes(user_id="u1", everyone=False)]


async def test_client_that_goes_away_ends_the_run_that_it_started() -> None:
    """Nobody waits for it any more: its steps are closed, so that the lease is given back."""
    began = asyncio.Event()
    index = ScriptedIndex(steps=(IndexProgress(stage=IndexStage.LIST),), stays=began)
    async with mcp_session(index) as client:
        async with owned_task(client.call_tool("index_folder", {"source": "/src/shop"})):
            await began.wait()
    assert index.closed == 1


async def test_what_an_index_cost_is_kept_for_who_asked() -> None:
    """The person's name is on the row; a run that cost nothing has none."""
    call = WordsUsage(provider="openai", model="m", input_tokens=9, output_tokens=0)
    ledger = ScriptedUsage()
    for calls in ((), (call,)):
        async with mcp_session(ScriptedIndex(steps=(replace(_REPORT, calls=calls),)), "u1", ledger) as client:
            await given(client, "index_folder", source="/src/shop")
    (row,) = ledger.rows
    assert (row.report.hardware_id, row.report.source, row.report.input_tokens) == (
        "user:u1", UsageSource.EMBEDDINGS, 9,
    )  # fmt: skip
