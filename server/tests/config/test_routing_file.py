"""The operator's routing rules: what they may say, and how a mistake is told."""

from pathlib import Path

import pytest

from nexy.config.routing_file import TASK_TYPES, packaged_routing, parse_rules, read_routing, routing_path
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.routing_table import PROVIDERS, Prefer, RoutingRule


def test_the_packaged_table_has_a_rule_for_every_task() -> None:
    """Whatever the kind of work, somebody is named; the voice asks the quickest first."""
    table = packaged_routing()
    for task_type in TASK_TYPES:
        rule = table.rule_for(task_type, "enterprise", "cobol")
        assert rule is not None
        assert set(rule.providers) <= set(PROVIDERS)
    voice = table.rule_for("voice")
    assert voice is not None
    assert voice.providers == ("gemini", "claude", "openai", "ollama")


def test_without_a_file_the_packaged_rules_hold(tmp_path: Path) -> None:
    """A fresh home needs none; an empty file changes nothing."""
    assert read_routing(tmp_path) is packaged_routing()
    routing_path(tmp_path).write_text("# nothing yet\n")
    assert read_routing(tmp_path) == packaged_routing()


def test_the_operators_rules_come_first(tmp_path: Path) -> None:
    """One rule changes one kind of work and leaves the others as they are."""
    routing_path(tmp_path).write_text("rules:\n  - {task_types: [testing], providers: [ollama]}\n")
    table = read_routing(tmp_path)
    testing, review = table.rule_for("testing"), table.rule_for("code_review")
    assert testing is not None
    assert (testing.providers, testing.origin) == (("ollama",), f"{routing_path(tmp_path)}:2")
    assert review is not None
    assert review.providers == ("claude", "openai", "gemini", "ollama")


def test_a_rule_says_everything_that_it_may() -> None:
    """Names alone stand for lists of one; languages are compared in small letters."""
    (rule,) = parse_rules(
        """
        rules:
          - task_types: [testing, debugging]
            complexities: high
            languages: [Rust, Go]
            providers: [claude, ollama]
            models: {claude: claude-opus-4-5}
            prefer: cheap
        """,
        "mine",
    )
    assert rule == RoutingRule(
        providers=("claude", "ollama"),
        task_types=frozenset(("testing", "debugging")),
        complexities=frozenset(("high",)),
        languages=frozenset(("rust", "go")),
        models={"claude": "claude-opus-4-5"},
        prefer=Prefer.CHEAP,
        origin="mine:3",
    )
    assert rule.fits("testing", "high", "go")
    assert not rule.fits("testing", "low", "go")
    assert not rule.fits("testing", "high", "")


NO_NAME = "is not a known name"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules: [", ":2: "),
        ("rules:\n- providers: [claude]\n\tx: 1", ":3: "),
        ("- 1", ":1: the file: keys with values are expected: rules"),
        ("rule: []", ":1: the file: 'rule' is not a known key; did you mean rules?"),
        ("rules: {}", ":1: rules: a list is expected"),
        ("rules:\n- {}", ":2: rules[0]: providers is missing"),
    ],
)
def test_a_file_without_rules_is_told(text: str, told: str) -> None:
    """With its name and the line."""
    with pytest.raises(ConfigurationInvalid) as caught:
        parse_rules(text, "mine")
    assert caught.value.message.startswith(f"mine{told}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("providers: []", ":2: rules[0].providers: the list is empty; leave the key out instead"),
        ("providers: [clade]", f":2: rules[0].providers[0]: 'clade' {NO_NAME}; did you mean claude?"),
        ("providers: [offline]", f":2: rules[0].providers[0]: 'offline' {NO_NAME}; there are claude, openai"),
        ("providers: [claude, claude]", ":2: rules[0].providers: a name stands twice"),
        ("providers: {claude: 1}", ":2: rules[0].providers: a list is expected"),
        (
            "providers: claude\n  task_type: [x]",
            ":3: rules[0]: 'task_type' is not a known key; did you mean task_types?",
        ),
        ("providers: claude\n  task_types:\n  - tests", f":4: rules[0].task_types[0]: 'tests' {NO_NAME}; did you mean"),
        (
            "providers: claude\n  complexities: huge",
            f":3: rules[0].complexities: 'huge' {NO_NAME}; there are low, medium",
        ),
        ("providers: claude\n  prefer: best", f":3: rules[0].prefer: 'best' {NO_NAME}; there are order, fast, cheap"),
        ("providers: claude\n  models: {claude: }", ":3: rules[0].models.claude: a name is expected"),
        ("providers: claude\n  models: {gpt: x}", ":3: rules[0].models: 'gpt' is not a known key; there are claude"),
        ("providers: claude\n  providers: [openai]", ":3: rules[0]: providers stands twice"),
        (f"providers: claude\n  languages: [{'x' * 201}]", ":3: rules[0].languages[0]: at most 200"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_field(text: str, told: str) -> None:
    """And with what was probably meant."""
    with pytest.raises(ConfigurationInvalid) as caught:
        parse_rules(f"rules:\n- {text}", "mine")
    assert caught.value.message.startswith(f"mine{told}")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Not UTF-8, a folder, or larger than any table."""
    file = routing_path(tmp_path)
    for content in (b"\xff\xfe\x00", b"#" * 300_000):
        file.write_bytes(content)
        with pytest.raises(ConfigurationInvalid, match=r"routing\.yaml"):
            read_routing(tmp_path)
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigurationInvalid, match="cannot be read"):
        read_routing(tmp_path)
