"""What gives access, money or an identity is not remembered; what only sounds like it may be."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from nexy.modules.memory_management.private_values import looks_private
from nexy.modules.memory_management.rules import stated_facts

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "corpus" / "secrets.yaml").read_text(encoding="utf-8")
)
# The corpus only grows: raise these with it.
FEWEST = {(True, "en"): 86, (True, "ru"): 56, (True, "he"): 1, (False, "en"): 60, (False, "ru"): 46}
# Too much is left out rather than too little: this is what that costs.
LEFT_OUT_ALL_THE_SAME = {"My favourite film is Password to Larkin's Lane"}


@pytest.mark.parametrize("case", [case for case in CASES if case["secret"]], ids=lambda case: case["say"][:40])
def test_secrets_are_seen_and_not_stated(case: dict[str, Any]) -> None:
    """Neither the sentence nor a fact made of it gets through."""
    assert looks_private(case["say"])
    assert stated_facts(case["say"], 4000) == []


def test_look_alikes_may_be_remembered() -> None:
    """Telephones, addresses, dates, door colours and keys under mats are what a memory is for."""
    left_out = {case["say"] for case in CASES if not case["secret"] and looks_private(case["say"])}
    assert left_out == LEFT_OUT_ALL_THE_SAME


def test_what_she_asks_to_remember_is_kept() -> None:
    """Every harmless order to remember leaves a fact: passing for no secret is not yet being remembered."""
    orders = [case["say"] for case in CASES if not case["secret"] and case["say"].startswith(("Remember", "Запомни"))]
    assert len(orders) >= 55
    assert [said for said in orders if not stated_facts(said, 4000)] == []


def test_the_corpus_only_grows() -> None:
    """No case is said twice, and none has gone."""
    counted = Counter((case["secret"], case["language"]) for case in CASES)
    assert len({case["say"] for case in CASES}) == len(CASES)
    assert {key: count for key, count in counted.items() if count < FEWEST.get(key, 0)} == {}
    assert set(FEWEST) <= set(counted)


@pytest.mark.parametrize(
    "said", ["log in " * 600, "code " * 800, "1" * 4000, "для входа по " * 300, "locks a b " * 400]
)
def test_long_repetitions_take_no_time(said: str) -> None:
    """The suite's time limit would show a slow pattern."""
    assert looks_private(said) in (True, False)
