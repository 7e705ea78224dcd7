"""The functional chapter of the testing protocol, §1.1 and §1.2, with wire-true fakes as endpoints."""

from collections import deque

import pytest

from nexy.config.ai_router_section import (
    AnswerCacheConfig,
    ClaudeConfig,
    OllamaConfig,
    OpenAiConfig,
    RetryConfig,
    WordsConfig,
)
from nexy.modules.ai_router.choice import choose_sources
from nexy.utils.clock import SystemClock
from support.asgi import Answer, fetch
from support.fake_anthropic import FakeAnthropic
from support.fake_ollama import FakeOllama
from support.fake_openai import FakeOpenAi
from support.fake_script import Fault, Script
from support.http_door import http_door

SEARCH = b"""{
    "task_type": "semantic_search",
    "query": "find authentication logic",
    "context": "project_code"
  }"""
ANALYSIS = b"""{
    "task_type": "code_analysis",
    "complexity": "high",
    "code": "complex_function_code"
  }"""


async def curl(words: WordsConfig, body: bytes) -> Answer:
    """`curl -X POST http://localhost:8000/api/v1/route -H "Content-Type: application/json" -d BODY`."""
    async with http_door(choose=choose_sources(words, SystemClock()), words=words) as door:
        headers = {"content-type": "application/json", "host": "localhost:8000", "user-agent": "curl/8.0"}
        return await fetch(door.app, "/api/v1/route", method="POST", body=body, headers=headers)


async def test_semantic_search_goes_to_ollama() -> None:
    """200 OK, provider: "ollama"."""
    async with FakeOllama() as ollama:
        answer = await curl(WordsConfig(ollama=OllamaConfig(base_url=ollama.base_url)), SEARCH)
    assert (answer.status, answer.json["provider"]) == (200, "ollama")


async def test_a_search_without_anybody_to_ask_makes_nothing_up() -> None:
    """200 OK, provider: "offline", no results, and no code that was never found."""
    answer = await curl(WordsConfig(), SEARCH)
    assert (answer.status, answer.json["provider"], answer.json["results"]) == (200, "offline", [])
    assert "nothing to search" in answer.json["content"]
    assert "```" not in answer.json["content"]


@pytest.mark.parametrize("fault", [Fault.OVERLOADED, Fault.UNAUTHORIZED, Fault.DROP, Fault.EMPTY, Fault.HTML])
async def test_a_hard_analysis_falls_over_to_openai(fault: Fault) -> None:
    """With Claude out of order in any way: 200 OK, provider: "openai", fallback: true."""
    async with FakeAnthropic(scripts=deque([Script(fault=fault)])) as claude, FakeOpenAi() as openai:
        words = WordsConfig(
            claude=ClaudeConfig(api_key="k", base_url=claude.base_url),
            openai=OpenAiConfig(base_url=openai.base_url),
            allow_private_addresses=True,
            retry=RetryConfig(attempts=1),
            cache=AnswerCacheConfig(exact_seconds=0),
        )
        answer = await curl(words, ANALYSIS)
    assert (answer.status, answer.json["provider"], answer.json["fallback"]) == (200, "openai", True)
    assert [one["status"] for one in answer.json["attempts"]] == ["failed", "ok"]


async def test_a_hard_analysis_without_claude_falls_over_too() -> None:
    """Claude not configured at all is the same to the caller."""
    async with FakeOpenAi() as openai:
        words = WordsConfig(openai=OpenAiConfig(base_url=openai.base_url), allow_private_addresses=True)
        answer = await curl(words, ANALYSIS)
    assert (answer.status, answer.json["provider"], answer.json["fallback"]) == (200, "openai", True)
