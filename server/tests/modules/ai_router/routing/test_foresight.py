"""What a question may cost, before anybody is asked."""

import pytest

from nexy.config.ai_router_section import ClaudeConfig, GeminiConfig, OpenAiConfig, WordsConfig
from nexy.config.routing_file import packaged_routing
from nexy.contracts.completions import Message, Question, Role, Tool
from nexy.contracts.routing import OpenAiBody, Task
from nexy.contracts.usage import Expected
from nexy.modules.ai_router.routing.foresight import Foresight
from nexy.modules.ai_router.routing.models import at_most_tokens_of, tokens_of
from nexy.modules.ai_router.routing.planner import Planner
from support.scripted_providers import ScriptedProvider, sources, task

CONFIG = WordsConfig(
    claude=ClaudeConfig(max_tokens=300), openai=OpenAiConfig(max_tokens=200), gemini=GeminiConfig(max_tokens=100)
)


def expected(*names: str, config: WordsConfig = CONFIG, of: Task | None = None) -> Expected:
    planner = Planner(
        sources(*map(ScriptedProvider, names)).providers, lambda *_: None, lambda *_: None, config,
        takes_any_model="openai",
    )  # fmt: skip
    asked = of or task("x" * 400)
    return Foresight(config).of(asked, planner.for_task(asked, packaged_routing()))


def test_everybody_who_is_paid_is_named_and_the_longest_answer_counts() -> None:
    """The offline brain costs nothing; who is not configured cannot be paid."""
    assert expected("openai", "claude") == Expected(
        input_tokens=100, output_tokens=300, models=(("claude", "claude-model"), ("openai", "openai-model"))
    )
    assert expected() == Expected()


def test_the_callers_own_bound_counts_before_the_configured_one() -> None:
    """Where there is one."""
    question = Question(messages=(Message(role=Role.USER, text="x"),), max_tokens=7000)
    assert expected("claude", of=task(question=question)).output_tokens == 7000


def test_thoughts_are_output_too() -> None:
    """What a model may think comes beside what it may say."""
    config = WordsConfig(gemini=GeminiConfig(max_tokens=100, thinking_tokens=1000))
    assert expected("gemini", config=config).output_tokens == 1100


@pytest.mark.parametrize("answers", [1, 3])
def test_several_answers_of_a_passed_request_are_all_paid(answers: int) -> None:
    """The wire of OpenAI has `n`."""
    passed = OpenAiBody(body=b"{}", streamed=False, answers=answers)
    assert expected("openai", of=task(passed=passed)).output_tokens == 200 * answers


def test_tools_are_read_and_paid_too() -> None:
    """Their schemas may be longer than the question; the bound without a look is never less than the estimate."""
    plain = task("x" * 400).question
    with_tools = Question(messages=plain.messages, tools=(Tool(name="look", parameters=b"{" + b" " * 4000 + b"}"),))
    assert tokens_of(with_tools) - tokens_of(plain) == 1001
    assert at_most_tokens_of(with_tools) >= tokens_of(with_tools)
