"""A brief in words: what a model is told for each verb and kind of task."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from nexy.contracts.code_answers import LANGUAGES_OF_MODULES
from nexy.contracts.completions import Message, Question, Role, Shape
from nexy.contracts.routing import Brief, Complexity, TaskType, Verb
from nexy.utils.encodable import encodable

_ANY_LANGUAGE = "the fitting language's"


class _Texts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    system: Mapping[Verb, str]
    module: str
    tasks: Mapping[str, str]
    complexity: Mapping[Complexity, str]
    analysis: str
    headings: Mapping[str, str]


@cache
def _texts() -> _Texts:
    packaged = (files(__package__) / "code_prompts.yaml").read_bytes()
    return msgspec.yaml.decode(packaged, type=_Texts)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller asks of the answer beside its matter; None leaves a value to the provider."""

    max_tokens: int | None = None
    temperature: float | None = None
    analysis: str = ""
    count: int = 1


def question_of(brief: Brief, task_type: TaskType, complexity: Complexity, wish: Wish) -> Question:
    """The system text, then the caller's matter behind headings."""
    json = brief.verb in (Verb.ANALYZE, Verb.COMPLETE)
    return Question(
        messages=(
            Message(role=Role.SYSTEM, text=_system(brief, task_type, complexity, wish)),
            Message(role=Role.USER, text=_matter(brief)),
        ),
        max_tokens=wish.max_tokens,
        temperature=wish.temperature,
        shape=Shape.JSON if json else Shape.TEXT,
    )


def _system(brief: Brief, task_type: TaskType, complexity: Complexity, wish: Wish) -> str:
    texts = _texts()
    task = [texts.tasks.get(task_type, ""), texts.complexity[complexity]]
    if wish.analysis:
        task.append(texts.analysis.format(analysis=encodable(wish.analysis)))
    language = encodable(brief.language)
    return texts.system[brief.verb].format(
        task=" ".join(filter(None, task)),
        language=language or _ANY_LANGUAGE,
        module=texts.module if language.lower() in LANGUAGES_OF_MODULES else "",
        count=wish.count,
    )


def _matter(brief: Brief) -> str:
    headings = _texts().headings
    parts = {name: encodable(getattr(brief, name)) for name in headings}
    told = {name: text for name, text in parts.items() if text.strip()}
    if list(told) == ["text"]:
        return told["text"]
    return "\n\n".join(f"## {headings[name]}\n{text}" for name, text in told.items())
