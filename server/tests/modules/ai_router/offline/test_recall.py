"""Which remembered facts answer a question, and what is only a question."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.ai_router_section import OfflineConfig
from nexy.contracts.memory import Foreseen
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.words import Chat
from nexy.modules.ai_router.offline.data import text
from nexy.modules.ai_router.offline.intents import Act, Intent, Told, Topic
from nexy.modules.ai_router.offline.recall import recalled
from nexy.modules.ai_router.offline.understand import understand
from nexy.utils.language import detect_language
from nexy.utils.stems import stems

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("recall.yaml").read_text(encoding="utf-8"))
FACTS: list[str] = TABLE["facts"]


def asked(prompt: str, *facts: str, **foreseen: object) -> Intent:
    chat = Chat(
        prompt=prompt, system="", session_id="", features=FeaturesConfig(),
        foreseen=Foreseen(**foreseen),  # type: ignore[arg-type]
    )  # fmt: skip
    intent = understand(prompt, language=detect_language(prompt), limits=OfflineConfig())
    return recalled(intent, prompt, chat, facts)


@pytest.mark.parametrize("case", TABLE["asked"], ids=lambda case: case["ask"])
def test_the_table(case: dict[str, Any]) -> None:
    """Exactly the facts that answer, across both languages; a person's own facts are not those of her people."""
    found = asked(case["ask"], *FACTS)
    if "told" in case:
        assert found == Told(facts=case["told"])
    else:
        assert found is Topic(case["topic"])


def test_an_order_is_no_question() -> None:
    """Commands stay commands, except for a contact whose number is remembered."""
    assert asked("Open Safari", "Safari is open") == asked("Open Safari")
    assert isinstance(asked("What is Anna's number?"), Act)
    assert asked("What is Anna's number?", "Anna's number is 5") == Told(facts=["Anna's number is 5"])


def test_only_the_newest_of_many_are_told() -> None:
    """A voice reads five, not fifty."""
    facts = [f"Likes thing{number}" for number in range(50)]
    assert asked("What do I like?", *facts) == Told(facts=facts[-5:])


def test_what_is_kept_is_confirmed_before_anything_is_called_unknown() -> None:
    """A plain statement and an order to remember, whatever else they hold."""
    assert asked("My name is Anna. What is my name?", keeps=("Name: Anna",)) is Topic.REMEMBER
    assert asked("I no longer like tea", ends=True) is Topic.REMEMBER
    assert asked("Tell me a joke") is Topic.UNKNOWN


def test_each_word_means_one_concept() -> None:
    """A word under two headings would depend on the order of the file."""
    meant: dict[str, str] = {}
    for line in text("concepts.txt").splitlines():
        if line[:1] not in "#[":
            name, _, said = line.partition(": ")
            assert said
            for stem in stems(said):
                assert meant.setdefault(stem, name) == name, stem


@given(st.text(max_size=200), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_and_any_facts(prompt: str, facts: list[str]) -> None:
    """No prompt and no fact makes the rules fail, and nothing is told that is not remembered."""
    found = asked(prompt, *facts)
    assert not isinstance(found, Told) or set(found.facts) <= set(facts)
