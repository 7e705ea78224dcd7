"""Whatever a stranger sends, the work grows with its length and no faster."""

import time

import pytest

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.contracts.routing import Brief, Verb
from nexy.modules.ai_router.offline_code.brain import CodeBrain
from support.hostile_code import LANGUAGES, SHAPES

# What is linear takes 4 times as long, what is quadratic 16 times; below the floor a clock tells nothing.
_SMALL, _LARGE = 12_500, 50_000
_MOST_TIMES, _FLOOR_SECONDS = 8, 0.03
_TRIES = 3
# The parser gives up after its own time, so that what it cannot read in a straight line is bounded all the same.
_BOUND_SECONDS = 1.5
_BRAIN = CodeBrain(OfflineCodeConfig(max_code_characters=_LARGE + 1000))

# The doors behind `analyze` read the same trees: one language of each kind of parser stands for all there.
_TWO = ("python", "typescript")
_ENTRIES = ("analyze", "explain", "complete", "generate", "tests", "documents", "refactor", "answer")


def _brief(entry: str, text: str, language: str) -> Brief:
    match entry:
        case "analyze":
            return Brief(verb=Verb.ANALYZE, code=text, language=language)
        case "explain":
            return Brief(verb=Verb.EXPLAIN, code=text, text=text, language=language)
        case "complete":
            return Brief(verb=Verb.COMPLETE, prefix=text, suffix=text, language=language)
        case "generate":
            return Brief(verb=Verb.GENERATE, text=text, language=language)
        case "answer":
            return Brief(verb=Verb.ANSWER, text=text, context=text, language=language)
    wish = {"tests": "write tests", "documents": "document it", "refactor": "refactor"}[entry]
    return Brief(verb=Verb.GENERATE, text=wish, code=text, language=language)


def _seconds(entry: str, text: str, language: str) -> float:
    brief = _brief(entry, text, language)
    began = time.thread_time()
    assert _BRAIN.answer(brief)
    return time.thread_time() - began


def _is_too_slow(entry: str, shape: str, language: str) -> bool:
    """Whether the large text takes many times as long as the small one, and longer than the bound (processor time)."""
    small, large = (_seconds(entry, SHAPES[shape](size), language) for size in (_SMALL, _LARGE))
    return large > _BOUND_SECONDS and large > _MOST_TIMES * max(small, _FLOOR_SECONDS)


def _grows_too_fast(entry: str, shape: str, language: str) -> bool:
    """Whether it does each time that it is measured: one measurement may meet a garbage collection."""
    return all(_is_too_slow(entry, shape, language) for _ in range(_TRIES))


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("entry", "language"),
    [("analyze", language) for language in LANGUAGES] + [(entry, name) for entry in _ENTRIES[1:] for name in _TWO],
)
def test_work_grows_with_the_length(entry: str, language: str) -> None:
    """Every shape in every language, and through every door: never quadratic, and nothing is raised."""
    assert [shape for shape in SHAPES if _grows_too_fast(entry, shape, language)] == []


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("language", "shape"),
    [
        ("typescript", "tagged templates"),
        ("typescript", "a sum of strings"),
        ("rust", "chained calls"),
        ("rust", "nested modules"),
        ("go", "panics in ifs"),
        ("cpp", "nested namespaces"),
        ("python", "files opened"),
    ],
)
def test_what_took_minutes_takes_none(language: str, shape: str) -> None:
    """Each of these has been quadratic once: a parent was looked for from the root, or a text read to its end."""
    assert not _grows_too_fast("analyze", shape, language)


def test_declarations_are_noted_once() -> None:
    """To improve a script of many names is linear in them too."""
    assert not _grows_too_fast("refactor", "one name declared often", "typescript")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("entry", _ENTRIES)
def test_nothing_is_raised(entry: str, shape: str) -> None:
    """Not even for half a character; every door has an answer, in the language that fits and in one that does not."""
    for language in ("python", "typescript"):
        assert _BRAIN.answer(_brief(entry, SHAPES[shape](2000), language))
