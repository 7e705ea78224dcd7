"""What a person says is to be forgotten means the facts that she means."""

import pytest

from nexy.modules.memory_management.facts import KnownFact
from nexy.modules.memory_management.matching import means

FACTS = {
    "name": "Name: Anna",
    "home": "Lives in Paris",
    "likes:tea": "Likes tea",
    "likes:ча": "Любит чай",
    "age": "Возраст: 34 года",
    "name:daughter": "Daughter's name: Mia",
    "note:key spare:where": "The spare key is under the mat",
}


@pytest.mark.parametrize(
    ("about", "meant"),
    [
        ("i like tea", {"likes:tea"}),
        ("я люблю чай", {"likes:ча"}),
        ("my name", {"name", "name:daughter"}),
        ("my daughter's name is mia", {"name:daughter"}),
        ("where i live", {"home"}),
        ("i live in paris", {"home"}),
        ("i live in rome", set()),
        ("сколько мне лет", {"age"}),
        ("как меня зовут", {"name", "name:daughter"}),
        ("the spare key", {"note:key spare:where"}),
        ("what i like", {"likes:tea", "likes:ча"}),
        ("coffee", set()),
        ("it", set()),
        ("", set()),
    ],
)
def test_what_is_meant(about: str, meant: set[str]) -> None:
    """Neither less nor more than the words bear."""
    facts = [KnownFact(fact_id=subject, subject=subject, text=text) for subject, text in FACTS.items()]
    assert {fact.subject for fact in facts if means(about, fact)} == meant
