"""The brain as the chain meets it."""

import asyncio
import threading
from collections.abc import Sequence

import msgspec
import pytest

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.contracts.code_answers import Analysis, Completions
from nexy.contracts.errors import Unavailable
from nexy.contracts.routing import Brief, TaskType, Verb
from nexy.modules.ai_router.offline_code import brain as brain_file
from nexy.modules.ai_router.offline_code.analysis.finding import Finding
from nexy.modules.ai_router.offline_code.brain import CodeBrain
from support.code_corpus import LIMITS

_BRAIN = CodeBrain(LIMITS)


def test_an_analysis_is_the_json_that_models_are_asked_for() -> None:
    """It decodes into the contract, measures included."""
    text = _BRAIN.answer(Brief(verb=Verb.ANALYZE, code="def f(x=[]):\n    return x\n", text="security"))
    found = msgspec.json.decode(text, type=Analysis)
    assert found.suggestions[0].id == "mutable-default:1"
    assert (found.metrics.lines_of_code, found.complexity) == (2, "low")


def test_completions_are_json() -> None:
    """They decode into the contract."""
    text = _BRAIN.answer(Brief(verb=Verb.COMPLETE, prefix="print(x", file_path="a.py"))
    assert msgspec.json.decode(text, type=Completions).suggestions[0].text == ")"


def test_a_generation_is_one_block_and_a_word_on_the_model() -> None:
    """The block is in the language that was asked for."""
    text = _BRAIN.answer(Brief(verb=Verb.GENERATE, text="create login endpoint", language="typescript"))
    assert text.startswith("```typescript\n")
    assert text.count("```") == 2
    assert text.endswith("No language model was used: this comes from the syntax tree, templates and rules.")


def test_russian_is_answered_in_russian() -> None:
    """By the language of the description."""
    text = _BRAIN.answer(Brief(verb=Verb.GENERATE, text="эндпоинт входа по паролю", language="typescript"))
    assert "Языковая модель не использовалась" in text


def test_code_in_the_context_is_worked_on_and_search_results_are_not() -> None:
    """Tests are for the code that came along; JSON is no code."""
    code = "def add(a: int, b: int) -> int:\n    return a + b\n"
    assert "test_add" in _BRAIN.answer(
        Brief(verb=Verb.GENERATE, text="write tests", context=code, language="typescript")
    )
    found = '{"results": [{"content": "def add(): pass"}]}'
    made = _BRAIN.answer(Brief(verb=Verb.GENERATE, text="create login endpoint", context=found, language="typescript"))
    assert "loginRouter" in made


@pytest.mark.parametrize(
    ("brief", "said"),
    [
        (Brief(verb=Verb.ANSWER, text="What is a monad?"), "this question cannot be answered"),
        (Brief(verb=Verb.ANSWER, text="Что такое монада?"), "ответить нельзя"),
        (Brief(verb=Verb.ANSWER), "this question cannot be answered"),
        (Brief(verb=Verb.ANSWER, text="write a debounce function"), "export function debounce"),
        (Brief(verb=Verb.SEARCH, text="find authentication logic"), "nothing to search yet"),
        (Brief(verb=Verb.SEARCH, text="где вход по паролю"), "искать ещё негде"),
        (Brief(verb=Verb.ANSWER, code="x == None\n", language="python"), "Write `x is None`"),
        (Brief(verb=Verb.ANSWER, text="look:\n```python\neval(input())\n```"), "`eval` runs whatever it is given"),
        (Brief(verb=Verb.EXPLAIN, code="def f(a):\n    return a\n", text="f"), "`f`"),
        (Brief(verb=Verb.EXPLAIN, text="Router"), "nothing is known of `Router`"),
    ],
)
def test_a_free_task_is_done_or_declined(brief: Brief, said: str) -> None:
    """What cannot be answered without a model is declined in so many words."""
    assert said in _BRAIN.answer(brief)


_DIVIDE = "def divide(a, b):\n    return a / b\n"


@pytest.mark.parametrize(
    ("task_type", "said"),
    [
        (TaskType.TESTING, "def test_divide"),
        (TaskType.DOCUMENTATION, "Args:"),
        (TaskType.REFACTORING, "the code stands as it was"),
        (TaskType.DEBUGGING, "1 finding: "),
        (TaskType.CODE_REVIEW, "1 finding: "),
        (TaskType.CODE_ANALYSIS, "1 finding: "),
    ],
)
@pytest.mark.parametrize("text", ["", "here you are"])
def test_code_without_a_wish_is_worked_on_by_its_kind_of_task(task_type: TaskType, said: str, text: str) -> None:
    """Tests, documents, a better structure, or what is wrong with it."""
    for language in ("python", ""):
        brief = Brief(verb=Verb.ANSWER, code=_DIVIDE, language=language, text=text)
        assert said in _BRAIN.answer(brief, task_type)


def test_a_wish_in_words_counts_before_the_kind_of_task() -> None:
    """Whoever says what they want gets it."""
    brief = Brief(verb=Verb.ANSWER, code=_DIVIDE, language="python", text="document it")
    assert "Args:" in _BRAIN.answer(brief, TaskType.TESTING)


def test_too_much_code_for_tests_is_looked_at() -> None:
    """Nothing is made of the beginning alone."""
    brief = Brief(verb=Verb.ANSWER, code=_DIVIDE * 5000, language="python")
    assert "Only the first" in _BRAIN.answer(brief, TaskType.TESTING)


@pytest.mark.parametrize("verb", list(Verb))
def test_an_empty_brief_is_answered_too(verb: Verb) -> None:
    """Something is always said."""
    assert _BRAIN.answer(Brief(verb=verb)).strip()


@pytest.mark.parametrize("verb", [Verb.ANALYZE, Verb.EXPLAIN, Verb.COMPLETE, Verb.ANSWER])
@pytest.mark.parametrize("language", ["", "python", "typescript"])
@pytest.mark.parametrize("hostile", ["\n", "a", "(", "!", "[a for b in ", '"', " @", "a."])
def test_no_text_takes_more_than_its_length(hostile: str, language: str, verb: Verb) -> None:
    """What a stranger repeats at length is done with at once; in quadratic time these would outlast the whole run."""
    text = "x" + hostile * (100_000 // len(hostile))
    brief = Brief(verb=verb, text=text, code=text, prefix=text, suffix=text, language=language)
    assert CodeBrain(OfflineCodeConfig()).answer(brief)


async def test_large_code_leaves_the_event_loop_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small code is looked at in place, large code in another thread."""
    where: list[bool] = []
    brain = CodeBrain(OfflineCodeConfig(inline_characters=100))
    looking = brain_file.analyse
    here = threading.get_ident()

    def noted(code: str, language: str, speech: str, limits: OfflineCodeConfig, also: Sequence[Finding]) -> Analysis:
        where.append(threading.get_ident() == here)
        return looking(code, language, speech, limits, also)

    monkeypatch.setattr(brain_file, "analyse", noted)
    await brain.work(Brief(verb=Verb.ANALYZE, code="x = 1\n", language="python"))
    await brain.work(Brief(verb=Verb.ANALYZE, code="x = 1\n" * 50, language="python"))
    assert where == [True, False]
    await brain.close()


async def test_who_finds_the_queue_full_is_told_to_come_again() -> None:
    """The bound is that of the configuration; small work is still done in place."""
    brain = CodeBrain(OfflineCodeConfig(inline_characters=10, max_waiting=0, busy_retry_seconds=3.0))
    large = Brief(verb=Verb.ANALYZE, code="x = 1\n" * 50, language="python")
    first = asyncio.get_running_loop().create_task(brain.work(large))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refused:
        await brain.work(large)
    assert (refused.value.code, refused.value.retry_after_seconds) == ("offline_busy", 3.0)
    assert await brain.work(Brief(verb=Verb.ANALYZE, code="x = 1", language="python"))
    assert await first
    await brain.close()


@pytest.mark.parametrize(
    ("asked", "fence"),
    [
        ("Write a Python function that validates an email address", "```python"),
        ("Напиши на питоне проверку адреса почты", "```python"),
        ("Write a function that validates an email address in TypeScript", "```typescript"),
    ],
)
def test_a_language_named_in_the_question_is_used(asked: str, fence: str) -> None:
    """Where no field says the language, the sentence may."""
    assert fence in _BRAIN.answer(Brief(verb=Verb.ANSWER, text=asked))
