"""From rule, wish and configuration to a chain."""

from collections.abc import Callable
from typing import Any

import pytest

from nexy.config.ai_router_section import WordsConfig
from nexy.config.routing_file import packaged_routing, parse_rules
from nexy.contracts.completions import Message, Picture, Question, Role, Shape, Tool
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.routing import Attempt, Complexity, OpenAiBody, TaskType
from nexy.contracts.routing_table import OFFLINE, RoutingTable
from nexy.modules.ai_router.routing.plan import Plan
from nexy.modules.ai_router.routing.planner import Planner
from support.scripted_providers import ScriptedProvider, sources, task

ALL = ("claude", "openai", "gemini", "ollama")


def known(**numbers: float) -> Callable[[str, str], float | None]:
    return lambda provider, _: numbers.get(provider)


def planner(
    *names: str, takes_any_model: str = "", alone: str = "auto", **ranks: Callable[[str, str], float | None]
) -> Planner:
    """The configured providers; claude's model is sonnet, openai's gpt-4 with its small context."""
    models = {"claude": "claude-sonnet-4-5", "openai": "gpt-4", "gemini": "gemini-2.5-flash", "ollama": "llama-own"}
    given = sources(*(ScriptedProvider(name, model=models[name]) for name in names))
    speed, price = ranks.get("speed", known()), ranks.get("price", known())
    return Planner(given.providers, speed, price, WordsConfig(provider=alone), takes_any_model=takes_any_model)


def rules(text: str) -> RoutingTable:
    return RoutingTable(rules=(*parse_rules(text, "mine"), *packaged_routing().rules))


def shown(plan: Plan) -> str:
    """Who is asked, in order; who is left out stands in brackets with the reason."""
    return " ".join(
        f"({step.provider}:{step.error})" if isinstance(step, Attempt) else f"{step.provider.name}/{step.model}"
        for step in plan.steps
    )


def planned(by: Planner, table: RoutingTable | None = None, **about: Any) -> str:
    return shown(by.for_task(task(**about), table or packaged_routing()))


def test_the_packaged_chains_are_those_of_the_specification() -> None:
    """Every kind of task has its chain, and the offline brain closes it."""
    expected = {task_type: list(ALL) for task_type in TaskType} | {
        TaskType.SEMANTIC_SEARCH: ["ollama"],
        TaskType.VOICE: ["gemini", "claude", "openai", "ollama"],
    }
    by = planner(*ALL)
    for task_type, providers in expected.items():
        plan = by.for_task(task(task_type=task_type), packaged_routing())
        assert [link.provider.name for link in plan.links] == [*providers, OFFLINE], task_type
    plan = by.for_voice("voice", Question(messages=()), packaged_routing())
    assert [link.provider.name for link in plan.links] == ["gemini", "claude", "openai", "ollama", "offline"]


def test_who_is_not_configured_is_left_out_and_told() -> None:
    """The chain goes on without it; on a fresh machine the brain alone remains."""
    assert planned(planner("openai")) == (
        "(claude:not_configured) openai/gpt-4 (gemini:not_configured) (ollama:not_configured) offline/offline"
    )
    assert planned(planner(), task_type=TaskType.SEMANTIC_SEARCH) == "(ollama:not_configured) offline/offline"


def test_a_forced_provider_stands_alone() -> None:
    """Its failure is a failure; spelling does not matter, nor does the table."""
    assert planned(planner(*ALL), force_provider="gemini") == "gemini/gemini-2.5-flash"
    assert planned(planner(*ALL), RoutingTable(), force_provider=" Gemini ") == "gemini/gemini-2.5-flash"
    assert planned(planner(*ALL), force_provider="offline") == "offline/offline"
    assert planned(planner(*ALL), force_provider="claude", model="claude-haiku-4-5") == "claude/claude-haiku-4-5"
    assert planned(planner(*ALL), force_provider="claude", model="claude/haiku") == "claude/haiku"
    assert planned(planner(*ALL), force_provider="claude", model="auto") == "claude/claude-sonnet-4-5"


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("clade", "unknown_provider", ("claude", "openai", "gemini", "ollama", "offline")),
        ("claude", "provider_not_configured", ("ANTHROPIC_API_KEY",)),
        ("openai", "provider_not_configured", ("OPENAI_API_KEY", "OPENAI_BASE_URL")),
        ("gemini", "provider_not_configured", ("GEMINI_API_KEY",)),
        ("ollama", "provider_not_configured", ("OLLAMA_URL",)),
    ],
)
def test_a_provider_that_cannot_be_forced_says_what_helps(name: str, code: str, told: tuple[str, ...]) -> None:
    """An unknown name lists the known ones, one without a key names the variable."""
    with pytest.raises(ValidationFailed) as caught:
        planned(planner(), force_provider=name)
    assert (caught.value.field, caught.value.code) == ("force_provider", code)
    assert all(word in caught.value.message for word in told)


@pytest.mark.parametrize(
    ("model", "first"),
    [
        ("gpt-4o", "openai/gpt-4o"),
        ("o3-mini", "openai/o3-mini"),
        ("gemini-2.5-pro", "gemini/gemini-2.5-pro"),
        ("claude-opus-4-5", "claude/claude-opus-4-5"),
        ("ollama/qwen:7b", "ollama/qwen:7b"),
        ("ollama", "ollama/llama-own"),
        ("llama-own", "ollama/llama-own"),
        ("auto", "claude/claude-sonnet-4-5"),
        ("", "claude/claude-sonnet-4-5"),
    ],
)
def test_a_wished_model_is_asked_first_with_the_chain_behind_it(model: str, first: str) -> None:
    """The name tells whose it is; the others answer with their own models when it fails."""
    chain = planned(planner(*ALL), model=model).split()
    assert chain[0] == first
    assert len(chain) == 5
    assert chain[-1] == "offline/offline"


def test_a_model_of_nobody_is_a_mistake_unless_somebody_takes_any() -> None:
    """A server of one's own has models of any name."""
    with pytest.raises(ValidationFailed) as caught:
        planned(planner(*ALL), model="zebra-7b")
    assert (caught.value.field, caught.value.code) == ("model", "unknown_model")
    assert planned(planner(*ALL, takes_any_model="ollama"), model="zebra-7b").startswith("ollama/zebra-7b ")


def test_a_wished_model_of_a_provider_without_a_key_falls_over() -> None:
    """Any client of the OpenAI wire works by the address alone, on a fresh machine too."""
    assert planned(planner(), RoutingTable(), model="gpt-4o") == "(openai:not_configured) offline/offline"


def test_the_brain_can_be_wished_for() -> None:
    """As a model, for clients that know models only."""
    assert planned(planner(*ALL), model="offline") == "offline/offline"


def test_rules_choose_by_complexity_and_language() -> None:
    """The first rule that fits is taken, with the models that it names."""
    table = rules(
        """
        rules:
          - {task_types: debugging, complexities: [high, enterprise], providers: openai, models: {openai: o3}}
          - {languages: [Rust], providers: [gemini]}
        """
    )
    by = planner(*ALL)
    about = {"task_type": TaskType.DEBUGGING}
    assert planned(by, table, **about, complexity=Complexity.HIGH) == "openai/o3 offline/offline"
    assert planned(by, table, **about, language="RUST") == "gemini/gemini-2.5-flash offline/offline"
    assert planned(by, table, **about).startswith("claude/")


def test_a_question_that_is_too_long_passes_over_small_contexts() -> None:
    """Four characters a token; gpt-4 reads 8192, and a model that nobody knows takes what it is given."""
    table = rules("rules: [{providers: [openai, ollama, claude]}]")
    by = planner(*ALL)
    assert planned(by, table, text="x" * 4 * 8192).startswith("openai/gpt-4 ")
    assert planned(by, table, text="x" * (4 * 8192 + 1)).startswith("(openai:context_too_small) ollama/llama-own")
    seen = Question(messages=[Message(role=Role.USER, pictures=[Picture(media_type="image/png", data="")] * 9)])
    assert planned(by, table, question=seen).startswith("(openai:context_too_small)")
    assert planned(by, table, text="x" * 40_000, force_provider="openai") == "openai/gpt-4"


def test_a_rule_may_prefer_the_fastest_or_the_cheapest() -> None:
    """What is not known of a provider leaves it behind the others, in the order written."""
    by = planner(*ALL, speed=known(gemini=200.0, openai=90.0), price=known(ollama=0.0, claude=18.0))
    for prefer, order in (("fast", "openai gemini claude ollama"), ("cheap", "ollama claude openai gemini"),
                          ("order", "claude openai gemini ollama")):  # fmt: skip
        table = rules(f"rules: [{{providers: [{', '.join(ALL)}], prefer: {prefer}}}]")
        links = by.for_task(task(), table).links
        assert [link.provider.name for link in links] == [*order.split(), "offline"]


def test_the_voice_may_stand_on_one_provider() -> None:
    """LLM_PROVIDER names it; other kinds of spoken work without a rule go the voice's way."""
    by = planner(*ALL)
    question = Question(messages=())
    assert shown(planner(*ALL, alone="openai").for_voice("voice", question, packaged_routing())) == "openai/gpt-4"
    first = shown(by.for_voice("anything", question, packaged_routing()))
    assert first == shown(by.for_voice("memory_analyzer", question, packaged_routing()))
    assert first.startswith("gemini/")


def test_a_plan_tells_why() -> None:
    """One line for the log: the rule with its place in the file, the order, and who is left out."""
    plan = planner("openai").for_task(task(model="gpt-4"), rules("rules:\n - providers: [claude, openai]"))
    assert plan.why == (
        "code_generation by mine:2, model gpt-4: openai gpt-4 > (claude: not_configured) > offline offline"
    )
    assert (plan.request_id, plan.task_type, plan.ends_at_refusal) == ("r1", "code_generation", False)
    passed = task(passed=OpenAiBody(body=b"{}", streamed=False))
    assert planner("openai").for_task(passed, packaged_routing()).ends_at_refusal


def test_what_is_remembered_of_a_kind_of_task_holds_for_no_other_question() -> None:
    """A longer question, another table, another model: each is planned anew, and the short one again as before."""
    first, second = rules("rules: [{providers: [openai, claude]}]"), rules("rules: [{providers: [gemini]}]")
    by = planner(*ALL)
    short, long = "x" * 100, "x" * 40_000
    for _ in range(2):
        assert planned(by, first, text=short).startswith("openai/gpt-4 claude/")
        assert planned(by, first, text=long).startswith("(openai:context_too_small) claude/")
        assert planned(by, first, text=short, model="gemini").startswith("gemini/gemini-2.5-flash openai/")
        assert planned(by, second, text=short).startswith("gemini/")


def test_no_more_kinds_are_remembered_than_callers_may_name() -> None:
    """The language and the model are the caller's words: the plans stay right however many there are."""
    by = planner(*ALL)
    for number in range(1000):
        assert planned(by, language=f"language {number}").startswith("claude/")
    assert len(by._routes) <= 256


@pytest.mark.parametrize("task_type", list(TaskType))
def test_a_named_provider_is_the_only_one_for_tasks_too(task_type: TaskType) -> None:
    """Whatever the table says; its failure is a failure, and nobody stands behind it."""
    by = planner(*ALL, alone="gemini")
    assert planned(by, task_type=task_type) == "gemini/gemini-2.5-flash"
    assert planned(by, model="gemini-2.5-pro", task_type=task_type) == "gemini/gemini-2.5-pro"


def test_a_named_provider_answers_with_the_tables_model() -> None:
    """What a rule says of it stays; the others of the rule are not even named."""
    table = rules("rules:\n - {providers: [claude, openai], models: {openai: gpt-4o, claude: opus}}")
    assert planned(planner(*ALL, alone="openai"), table) == "openai/gpt-4o"


def test_somebody_elses_model_is_left_out_where_one_provider_is_named() -> None:
    """Clients of the OpenAI wire always name a model; they are told that another one answers."""
    by = planner(*ALL, alone="claude")
    assert planned(by, model="gpt-4o") == "(openai:not_allowed) claude/claude-sonnet-4-5"
    assert planned(by, model="offline") == "offline/offline"


@pytest.mark.parametrize("name", ["openai", "gemini", "ollama"])
@pytest.mark.parametrize("alone", ["claude", OFFLINE])
def test_an_operators_choice_is_no_callers_to_change(alone: str, name: str) -> None:
    """To force another provider is refused with the variable's name; to ask no model is always allowed."""
    by = planner(*ALL, alone=alone)
    with pytest.raises(ValidationFailed, match="LLM_PROVIDER") as caught:
        planned(by, force_provider=name)
    assert (caught.value.field, caught.value.code) == ("force_provider", "provider_not_allowed")
    assert planned(by, force_provider=OFFLINE) == "offline/offline"


@pytest.mark.parametrize("model", ["", "auto", "gpt-4o", "claude", "ollama/qwen"])
def test_offline_asks_no_model_at_all(model: str) -> None:
    """Whatever is configured and wished for."""
    assert planned(planner(*ALL, alone=OFFLINE), model=model).split()[-1] == "offline/offline"
    plan = planner(*ALL, alone=OFFLINE).for_task(task(model=model), packaged_routing())
    assert [link.provider.name for link in plan.links] == [OFFLINE]


def asked(answers: int = 1, **about: Any) -> dict[str, Any]:
    """A request on the OpenAI wire."""
    question = Question(messages=(Message(role=Role.USER, text="x"),), **about)
    return {"question": question, "passed": OpenAiBody(body=b"{}", streamed=False, answers=answers)}


BEYOND = [
    ("tool_choice", asked(tools=(Tool(name="look"),), tool_choice="required")),
    ("tool_choice", asked(tools=(Tool(name="look"),), tool_choice="look")),
    ("response_format", asked(shape=Shape.JSON)),
    ("n", asked(answers=2)),
]


@pytest.mark.parametrize(("field", "about"), BEYOND)
def test_the_offline_brain_does_not_pretend(field: str, about: dict[str, Any]) -> None:
    """What only a model can do leaves it out of the chain; without a model the field is refused by its name."""
    assert planned(planner("claude"), **about).endswith("(offline:not_able)")
    assert "offline/" not in planned(planner("claude", "openai"), **about)
    for by, told in ((planner(), "set ANTHROPIC_API_KEY, OPENAI"), (planner(alone="offline"), "no model may be asked")):
        with pytest.raises(ValidationFailed, match=f"{field}: .*{told}") as refused:
            planned(by, **about)
        assert (refused.value.code, refused.value.field) == ("not_able", field)
        assert refused.value.attempts[-1].error == "not_able"


@pytest.mark.parametrize("about", [asked(tools=(Tool(name="look"),)), asked(tool_choice="none"), asked()])
def test_what_need_not_be_done_is_no_hindrance(about: dict[str, Any]) -> None:
    """Tools that may be called may also be left."""
    assert planned(planner(), **about).endswith("offline/offline")


def test_on_its_own_wire_the_brain_gives_every_form() -> None:
    """A task with a brief has its form from the brief, JSON too."""
    question = Question(messages=(Message(role=Role.USER, text="x"),), shape=Shape.JSON)
    assert planned(planner(), question=question).endswith("offline/offline")
