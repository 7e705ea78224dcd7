"""What a template does not do of a description is said, and one word in common chooses nothing."""

import pytest

from nexy.modules.ai_router.offline_code.generation.generate import can_generate, generate
from nexy.modules.ai_router.offline_code.generation.made import Made
from nexy.modules.ai_router.offline_code.wording import speech_of
from support.code_corpus import LIMITS

pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")


def _made(text: str, language: str = "python") -> Made:
    return generate(text, "", language, speech_of(text), LIMITS)


def _told(made: Made) -> str:
    return " ".join(made.notes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("async retry with backoff", ["async"]),
        ("read a csv file and sum a column", ["sum", "column"]),
        ("validate an email and send a welcome message", ["send", "welcome", "message"]),
        ("an LRU cache that expires entries", ["LRU"]),
        ("login endpoint with JWT", ["JWT"]),
        ("retry up to 3 times", ["3"]),
        ("retry without backoff", ["without backoff"]),
        ("sort numbers without using sorted", ["without using sorted"]),
        ("стек с ограничением глубины", ["ограничением", "глубины"]),
        ("проверь email и отправь письмо", ["отправь", "письмо"]),
        ("quicksort in rust", ["rust"]),
    ],
)
def test_open_words_are_named_and_end_completeness(text: str, words: list[str]) -> None:
    """In both languages, as they were written."""
    told = _told(_made(text))
    assert "The code is complete" not in told
    assert "Код закончен" not in told
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize(
    "text",
    [
        "write csv",
        "binary search tree",
        "priority queue",
        "очередь с приоритетом",
        "merge sort",
        "reverse proxy",
        "an event handler",
        "convert json to csv",
        "download all images from a web page",
        "write a chess engine with an opening book and a transposition cache",
        "class that sends emails",
        "log in JSON format",
    ],
)
def test_one_word_in_common_chooses_nothing(text: str) -> None:
    """Another thing gets a frame."""
    assert "TODO" in _made(text).code


@pytest.mark.parametrize(
    "text",
    [
        "sort users by age",
        "queue class",
        "queue of tasks",
        "retry with exponential backoff",
        "LRU cache",
        "binary search in a sorted array",
        "sum of a list",
        "check whether a number is prime",
        "функция сортировки товаров по цене",
        "постраничный вывод списка",
    ],
)
def test_what_is_wholly_covered_is_complete(text: str) -> None:
    """A template that answers to every word says so."""
    told = _told(_made(text))
    assert "The code is complete" in told or "Код закончен" in told


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        ("do not write a retry, write a linked list", "class LinkedList", "def retry"),
        ("напиши не retry, а связный список", "class LinkedList", "def retry"),
        ("remove retry from my code", "TODO", "def retry"),
        ("a stack instead of a queue", "class Stack", "class Queue"),
    ],
)
def test_what_is_not_wanted_is_not_chosen(text: str, there: str, absent: str) -> None:
    """A negated wish chooses nothing."""
    code = _made(text).code
    assert (there in code, absent in code) == (True, False)


@pytest.mark.parametrize(
    "text", ["unit test for a stack", "write tests for the login endpoint", "напиши тесты для стека", "fix my retry"]
)
def test_work_on_code_needs_code(text: str) -> None:
    """Without it there is a frame that says so, and no other thing of that name."""
    made = _made(text)
    assert "TODO" in made.code
    assert "class Stack" not in made.code
    assert "“code”" in _told(made) or "«code»" in _told(made)
    assert not can_generate(text, "")


@pytest.mark.parametrize(
    ("text", "language", "name", "other"),
    [
        ("a flask endpoint for users", "python", "flask", "fastapi"),
        ("Django REST API for books with title", "python", "Django", "fastapi"),
        ("a koa endpoint for users", "typescript", "koa", "express"),
    ],
)
def test_no_other_library_than_the_named_one(text: str, language: str, name: str, other: str) -> None:
    """A frame comes that names it."""
    made = _made(text, language)
    assert f"You named {name}" in _told(made)
    assert other not in made.code


def test_the_named_library_may_be_the_one_that_is_used() -> None:
    """Then nothing is open."""
    told = _told(_made("FastAPI REST API for books with title"))
    assert "You named" not in told
    assert "nothing in it answers" not in told


def test_what_a_component_does_is_no_property() -> None:
    """A counter is not a text that somebody hands in."""
    made = _made("a React component with a counter", "typescript")
    assert "counter: string" not in made.code
    assert "counter" in _told(made)


def test_nobody_gets_a_protocol_unasked() -> None:
    """A list without a key is a list of numbers."""
    for text in ("sum of a list", "sort a list of numbers", "bubble sort"):
        assert "Protocol" not in _made(text).code
