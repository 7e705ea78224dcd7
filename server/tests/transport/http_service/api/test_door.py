"""POST /api/v1/*: the documented answers, in JSON and as forms."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from nexy.contracts.capabilities import CODE_SEARCH
from nexy.contracts.code_answers import Analysis, Suggestion
from nexy.contracts.code_search import FindCode, SearchKind
from nexy.contracts.completions import Finished
from nexy.contracts.routing import Complexity, TaskType, Verb
from support.asgi import Answer, fetch, post
from support.http_door import http_door
from support.scripted_providers import ScriptedProvider, begun, down, usage
from support.scripted_search import ScriptedSearch, hit

STORY = {
    "provider", "model", "task_type", "fallback", "attempts", "cached", "duration_ms", "added_ms", "tokens_used",
    "cost", "request_id",
}  # fmt: skip
TYPESCRIPT = "```typescript\nexport function f(): number { return 1 }\n```\nIt counts."
ANALYSIS = '{"suggestions": [{"title": "Name it", "line": 3, "confidence": 7}], "patterns": ["loop"], "summary": "ok"}'
COMPLETIONS = '{"suggestions": [{"text": "a + b", "confidence": 0.9}, {"text": "a"}]}'


def claude(*steps: object) -> ScriptedProvider:
    return ScriptedProvider("claude", (begun("claude"), *steps, usage("claude", 3), Finished()))  # type: ignore[arg-type]


def asked_of(provider: ScriptedProvider) -> Any:
    return provider.asked[0][0]


async def ask(path: str, body: dict[str, object], text: str) -> tuple[Answer, ScriptedProvider]:
    provider = claude(text)
    async with http_door(provider) as door:
        return await post(door.app, path, body), provider


def has_story(answer: Answer, extra: set[str]) -> None:
    """The common fields of every 200, and those of the endpoint."""
    assert answer.status == 200, answer.body
    assert set(answer.json) == STORY | extra
    assert answer.json["provider"] == "claude"
    assert answer.headers["x-nexy-provider"] == "claude"
    assert answer.headers["x-nexy-request-id"] == answer.json["request_id"]
    assert answer.headers["x-nexy-cost"] == "0.000006"


async def test_route() -> None:
    """Any task in words; the router gets everything that was said of it."""
    body = {
        "task_type": "code_review", "query": "is it good?", "code": "x = 1", "language": "python",
        "context": {"repo": "a"}, "complexity": "high", "max_tokens": 5, "temperature": 0,
    }  # fmt: skip
    answer, provider = await ask("/api/v1/route", body, "yes")
    has_story(answer, {"content", "sources"})
    assert (answer.json["content"], answer.json["sources"]) == ("yes", [])
    assert answer.json["task_type"] == "code_review"
    assert [set(attempt) for attempt in answer.json["attempts"]] == [{"provider", "status", "model", "latency_ms"}]
    enquiry = asked_of(provider)
    assert (enquiry.brief.verb, enquiry.brief.text, enquiry.brief.code) == (Verb.ANSWER, "is it good?", "x = 1")
    assert enquiry.brief.context == '{"repo":"a"}'
    assert (enquiry.question.max_tokens, enquiry.question.temperature) == (5, 0)


@pytest.mark.parametrize("name", ["query", "prompt", "code", "description", "requirements"])
async def test_one_of_five_is_enough(name: str) -> None:
    """Each of the fields that say what is wanted can stand alone."""
    answer, _ = await ask("/api/v1/route", {"task_type": "debugging", name: "x"}, "yes")
    assert answer.status == 200


@pytest.mark.parametrize("task_type", [task for task in TaskType if task is not TaskType.VOICE])
async def test_every_task_type_is_routed(task_type: str) -> None:
    """The documented kinds are taken."""
    async with http_door(choose=None) as door:
        answer = await post(door.app, "/api/v1/route", {"task_type": task_type, "query": "x"})
    assert (answer.status, answer.json["task_type"]) == (200, task_type)


async def test_a_routed_search_has_results() -> None:
    """The places that the index has, besides what was answered."""
    ollama = ScriptedProvider("ollama", (begun("ollama"), "in auth/login.py [1]", Finished()))
    async with http_door(ollama, parts={CODE_SEARCH: ScriptedSearch(hit())}) as door:
        body = {"task_type": "semantic_search", "query": "find authentication logic", "context": "project_code"}
        answer = await post(door.app, "/api/v1/route", body)
    assert answer.json["provider"] == "ollama"
    assert [result["file_path"] for result in answer.json["results"]] == ["auth/login.py"]
    assert answer.json["sources"] == [{"file_path": "auth/login.py", "start_line": 1, "end_line": 2}]


async def test_a_routed_search_over_nothing_has_no_results() -> None:
    """The field is there all the same."""
    async with http_door(ScriptedProvider("ollama", (begun("ollama"), "maybe", Finished()))) as door:
        answer = await post(door.app, "/api/v1/route", {"task_type": "semantic_search", "query": "x"})
    assert answer.json["results"] == []


async def test_fallback_is_told() -> None:
    """Who failed, why, and who answered in its place."""
    first = ScriptedProvider("claude", (down(),))
    second = ScriptedProvider("openai", (begun("openai"), "ok", Finished()))
    async with http_door(first, second) as door:
        body = {"task_type": "code_analysis", "complexity": "high", "code": "complex_function_code"}
        answer = await post(door.app, "/api/v1/route", body)
    assert (answer.json["provider"], answer.json["fallback"]) == ("openai", True)
    assert answer.json["attempts"][0]["error"] == "provider_500"
    assert (answer.headers["x-nexy-fallback"], answer.headers["x-nexy-attempts"]) == ("true", "2")


async def test_search() -> None:
    """Everything that is known of each place, and which state of the code was searched."""
    search = ScriptedSearch(hit(score=0.75), hit("b.py", symbol="", start_line=4, end_line=9),
                            signals=("words",), left_out={"vectors": "no model"})  # fmt: skip
    async with http_door(claude("x"), parts={CODE_SEARCH: search}) as door:
        body = {"query": "auth", "type": "semantic", "limit": 5, "context": "shop", "language": "python"}
        answer = await post(door.app, "/api/v1/search", body)
    told = answer.json
    assert set(told) == STORY | {"results", "total", "query", "type", "index", "signals", "left_out"}
    assert (told["signals"], told["left_out"]) == (["words"], {"vectors": "no model"})
    assert (told["total"], told["provider"], told["query"], told["type"]) == (2, "offline", "auth", "semantic")
    assert told["index"] == {"revision": "7", "stale": False}
    assert told["results"][0] == {
        "id": "auth/login.py", "project": "shop", "content": "def sign_in():\n    pass\n", "score": 0.75,
        "file_path": "auth/login.py", "language": "python",
        "start_line": 1, "end_line": 2, "symbol": "sign_in", "why": "the words fit",
    }  # fmt: skip
    assert search.asked == [
        FindCode(query="auth", kind=SearchKind.SEMANTIC, limit=5, context="shop", language="python")
    ]


async def test_search_as_k6_posts_it() -> None:
    """Form-encoded, with free text for a context."""
    async with http_door(parts={CODE_SEARCH: ScriptedSearch(hit())}) as door:
        body = urlencode({"query": "authentication middleware", "context": "express_app", "type": "semantic"})
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = await fetch(door.app, "/api/v1/search", method="POST", body=body.encode(), headers=headers)
    assert (answer.status, len(answer.json["results"])) == (200, 1)


async def test_a_server_without_a_search_says_so() -> None:
    """Nobody takes an empty answer for a search that found nothing."""
    async with http_door(claude("x"), parts={CODE_SEARCH: None}) as door:
        answer = await post(door.app, "/api/v1/search", {"query": "auth"})
    assert answer.status == 503
    assert "code_search is not running" in answer.json["error"]["message"]


async def test_generate_names_its_sources() -> None:
    """The places that the explanation cites; those that it does not are left out."""
    provider = claude(TYPESCRIPT + " As in [2].")
    parts = {CODE_SEARCH: ScriptedSearch(hit("a.ts"), hit("b.ts", start_line=3, end_line=8))}
    async with http_door(provider, parts=parts) as door:
        answer = await post(door.app, "/api/v1/generate", {"description": "create a REST API endpoint"})
    assert answer.json["sources"] == [{"file_path": "b.ts", "start_line": 3, "end_line": 8}]


async def test_generate() -> None:
    """Code without its fence, its language, what explains it; complexity reaches the rule."""
    body = {"description": "create a REST API endpoint", "complexity": "enterprise", "language": "typescript"}
    answer, provider = await ask("/api/v1/generate", body, TYPESCRIPT)
    has_story(answer, {"code", "language", "explanation", "sources"})
    assert answer.json["code"] == "export function f(): number { return 1 }"
    assert (answer.json["explanation"], answer.json["sources"]) == ("It counts.", [])
    assert asked_of(provider).brief.verb is Verb.GENERATE


async def test_generate_takes_the_form_that_k6_posts() -> None:
    """An object posted by k6 is form-encoded, and anonymous."""
    form = urlencode({"task_type": "code_generation", "language": "typescript", "description": "create a REST API "
                      "endpoint", "complexity": "medium"}).encode()  # fmt: skip
    async with http_door(claude(TYPESCRIPT)) as door:
        answer = await fetch(
            door.app, "/api/v1/generate", method="POST", body=form,
            headers={"content-type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
    assert answer.status == 200
    assert "export" in answer.json["code"]


async def test_analyze() -> None:
    """Suggestions in the documented form, within their bounds; the figures are measured, or null."""
    answer, provider = await ask("/api/v1/analyze", {"code": "x", "analysis_type": "security"}, ANALYSIS)
    has_story(answer, {"suggestions", "patterns", "complexity", "metrics", "summary"})
    (suggestion,) = answer.json["suggestions"]
    assert set(suggestion) == set(Suggestion.__dataclass_fields__)
    assert (suggestion["id"], suggestion["line"], suggestion["confidence"]) == ("s1", 3, 1.0)
    assert set(answer.json["metrics"]) == {"linesOfCode", "cyclomaticComplexity", "maintainabilityIndex"}
    assert answer.json["patterns"] == ["loop"]
    assert "security" in asked_of(provider).question.messages[0].text
    assert Analysis().summary == ""


async def test_complete() -> None:
    """Best first, at most so many, at the cursor's place."""
    body = {"prefix": "def add(a, b):\n    return ", "suffix": "\n", "language": "python", "max_suggestions": 1}
    answer, provider = await ask("/api/v1/complete", body, COMPLETIONS)
    has_story(answer, {"suggestions"})
    place = {"start_line": 1, "start_character": 11, "end_line": 1, "end_character": 11}
    assert answer.json["suggestions"] == [{"text": "a + b", "range": place, "confidence": 0.9}]
    assert asked_of(provider).brief.prefix == body["prefix"]


@pytest.mark.parametrize("body", [{"code": "x = 1"}, {"symbol": "main", "file_path": "a.py"}])
async def test_explain(body: dict[str, object]) -> None:
    """Code or a name, in words."""
    answer, _ = await ask("/api/v1/explain", body, "It is one.")
    has_story(answer, {"explanation", "sources"})
    assert answer.json["explanation"] == "It is one."


async def test_feedback() -> None:
    """Recorded for an answer that is remembered, honestly not for another."""
    async with http_door(claude("yes")) as door:
        routed = await post(door.app, "/api/v1/route", {"task_type": "debugging", "query": "x"})
        known, unknown = routed.json["request_id"], "nobody"
        answers = [
            (await post(door.app, "/api/v1/feedback", {"request_id": one, "score": 1, "comment": "good"})).json
            for one in (known, unknown)
        ]
    assert answers == [{"recorded": True, "request_id": known}, {"recorded": False, "request_id": unknown}]


async def test_force_provider_reaches_the_router() -> None:
    """Only the named one is asked."""
    async with http_door(claude("no"), ScriptedProvider("openai", (begun("openai"), "me", Finished()))) as door:
        body = {"task_type": "debugging", "query": "x", "force_provider": "openai"}
        answer = await post(door.app, "/api/v1/route", body)
    assert (answer.json["provider"], answer.json["content"]) == ("openai", "me")


def events_of(body: bytes) -> list[tuple[str, Any]]:
    """The events of a stream: names and decoded data."""
    found = []
    for event in body.decode().strip().split("\n\n"):
        name, data = event.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


async def test_a_stream_is_deltas_and_done() -> None:
    """One JSON each; the last one tells the whole story."""
    async with http_door(claude("Hel", "lo")) as door:
        body = {"task_type": "debugging", "query": "x", "stream": True}
        answer = await post(door.app, "/api/v1/route", body)
    *deltas, (name, done) = events_of(answer.body)
    assert deltas == [("delta", {"text": "Hel"}), ("delta", {"text": "lo"})]
    assert (name, set(done), done["tokens_used"]) == ("done", STORY, 6)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-nexy-provider"] == "claude"
    assert "x-nexy-cost" not in answer.headers


async def test_a_stream_that_dies_ends_with_one_error() -> None:
    """What was said stays; the error names code and attempts, and nobody else answers."""
    dying = ScriptedProvider("claude", (begun("claude"), "Hel", down()))
    async with http_door(dying, ScriptedProvider("openai")) as door:
        answer = await post(door.app, "/api/v1/route", {"task_type": "debugging", "query": "x", "stream": True})
    (first, _), (name, told) = events_of(answer.body)
    assert (answer.status, first, name) == (200, "delta", "error")
    assert told["error"]["code"] == "all_providers_failed"
    assert told["error"]["attempts"][0]["error"] == "provider_500"


async def test_a_stream_that_never_begins_is_an_ordinary_refusal() -> None:
    """Before the first content a status can still be told."""
    async with http_door(claude("x")) as door:
        body = {"task_type": "debugging", "query": "x", "stream": True, "force_provider": "gemini"}
        answer = await post(door.app, "/api/v1/route", body)
    assert (answer.status, answer.json["error"]["code"]) == (422, "validation_error")


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_goes_away_stops_its_provider(stream: bool) -> None:
    """At once, not with the next token."""
    provider = ScriptedProvider("claude", (begun("claude"), "Hel", 1000.0))
    gone = asyncio.Event()
    async with http_door(provider) as door:
        body = json.dumps({"task_type": "debugging", "query": "x", "stream": stream}).encode()
        asking = asyncio.get_running_loop().create_task(
            fetch(door.app, "/api/v1/route", method="POST", body=body, gone=gone)
        )
        while not provider.open:
            await asyncio.sleep(0)
        gone.set()
        await asking
        assert provider.open == 0
        await door.assistance.cleanup()
        assert door.usage.rows[0].estimated
    assert b'http_requests_total{method="POST",path="/api/v1/route",status="' in door.metrics.exposition()


def test_complexities_are_those_of_the_rules() -> None:
    """The names of the API are the router's."""
    assert [one.value for one in Complexity] == ["low", "medium", "high", "enterprise"]
