"""What a person plainly says is understood; what she only seems to say is not."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from nexy.modules.memory_management.facts import Keep, Withdraw
from nexy.modules.memory_management.rules import note_subject, stated_facts

CORPUS = Path(__file__).parent / "corpus"
CASES = [
    case for language in ("english", "russian")
    for case in yaml.safe_load((CORPUS / f"{language}.yaml").read_text(encoding="utf-8"))
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["say"][:40])
def test_corpus(case: dict[str, Any]) -> None:
    """Each utterance leaves exactly the facts and withdrawals that were written down before the rules."""
    ops = stated_facts(case["say"], 4000)
    assert {op.subject: op.text for op in ops if isinstance(op, Keep)} == case.get("keep", {})
    assert [op.subject for op in ops if isinstance(op, Withdraw)] == case.get("withdraw", [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the spare key is under the mat", "the spare key is in the drawer"),
        ("ключ лежит под ковриком", "ключ лежит в ящике"),
        ("the dentist is on Monday", "the dentist is on Friday"),
    ],
)
def test_notes_about_the_same_correct_each_other(one: str, other: str) -> None:
    """Owner and kind of what is said are one subject."""
    assert note_subject(one) == note_subject(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the dentist is on Monday", "the dentist is called Bob"),
        ("the key is under the mat", "the bike is under the mat"),
        ("Bob likes tea", "Bob likes milk"),
    ],
)
def test_other_notes_stand_beside_each_other(one: str, other: str) -> None:
    """What differs in kind or owner is kept twice rather than lost once."""
    assert note_subject(one) != note_subject(other)


@pytest.mark.parametrize(
    "text", ["", " ", "?", "...", "\x00", "\ud800", "I" * 100_000, "I like " * 5000, "a, I " * 5000]
)
def test_odd_prompts_state_nothing_and_take_no_time(text: str) -> None:
    """Neither blanks nor walls of text."""
    assert stated_facts(text, 4000) == []
