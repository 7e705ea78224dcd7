"""What a model's text says, in the form that was asked for; a text in another form is told as well as it can be."""

from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from nexy.contracts.code_answers import LANGUAGES_OF_MODULES, Analysis, Completion, Completions
from nexy.contracts.routing import Brief, TaskType
from nexy.workflows.code_checks import as_module, code_is_sound
from nexy.workflows.code_fences import Fence, split_fences

T = TypeVar("T", Analysis, Completions)
_names = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
# Names of languages, those in one set for the same: by them a block in another than was asked for is known.
_FAMILIES = (
    frozenset(("typescript", "ts", "tsx")), frozenset(("javascript", "js", "jsx", "mjs")),
    frozenset(("python", "py", "python3")),
    frozenset(("go", "golang")), frozenset(("rust", "rs")), frozenset(("java",)), frozenset(("c", "h")),
    frozenset(("cpp", "c++", "cc", "cxx", "hpp")), frozenset(("sql", "postgresql", "postgres", "mysql", "sqlite")),
    frozenset(("ruby", "rb")), frozenset(("c#", "csharp", "cs")), frozenset(("kotlin", "kt")), frozenset(("swift",)),
    frozenset(("php",)), frozenset(("haskell", "hs")), frozenset(("scala",)), frozenset(("cobol",)),
)  # fmt: skip
_CODE_TASKS = frozenset((TaskType.CODE_GENERATION, TaskType.TESTING, TaskType.REFACTORING))


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """Code with its language and explanation; `sound` is the judgement of what the model wrote itself."""

    code: str
    language: str
    explanation: str
    sound: bool


def generated(text: str, language: str) -> Generated:
    """The first block in the language, else the first; a text without any block is code where it can be such."""
    split = split_fences(text)
    fence = _chosen(split.fences, language)
    spoken = _spoken(language, fence.language.lower() if fence else "")
    code = fence.code if fence else text.strip()
    sound = code_is_sound(code, spoken)
    if spoken.lower() in LANGUAGES_OF_MODULES:
        code = as_module(code)
    return Generated(code=code, language=spoken, explanation=split.text if fence else "", sound=sound)


def _spoken(asked: str, written: str) -> str:
    """The language that the block says it is in, where that is plainly another than the one asked for."""
    family = next((names for names in _FAMILIES if written in names), None)
    return written if not asked or (family is not None and asked.lower() not in family) else asked


def _chosen(fences: tuple[Fence, ...], language: str) -> Fence | None:
    wanted = language.lower()
    first = fences[0] if fences else None
    return next((fence for fence in fences if fence.language == wanted and fence.code.strip()), first)


def analysed(text: str) -> tuple[Analysis, bool]:
    """The analysis, and whether it was one; what is none is at least shown."""
    found = _object_in(text, Analysis)
    if found is None:
        return Analysis(summary=text.strip()), False
    named = [replace(one, id=one.id or f"s{number}") for number, one in enumerate(found.suggestions, start=1)]
    return replace(found, suggestions=tuple(named)), True


def joined(analysis: Analysis, looked_at: Analysis, *, sound: bool) -> Analysis:
    """A model's analysis with the figures of the syntax tree; for one that was only prose with its findings too."""
    if not sound:
        return replace(looked_at, summary=analysis.summary or looked_at.summary)
    return replace(analysis, metrics=looked_at.metrics, complexity=analysis.complexity or looked_at.complexity)


def completed(text: str, brief: Brief, most: int) -> tuple[Completions, bool]:
    """At most so many completions, without what stands before or behind the cursor already."""
    found = _object_in(text, Completions)
    sound = found is not None
    if found is None:
        split = split_fences(text)
        found = Completions(suggestions=(Completion(text=split.fences[0].code if split.fences else text),))
    cleaned = (replace(one, text=_between(one.text, brief)) for one in found.suggestions)
    different = {one.text: one for one in reversed(tuple(cleaned)) if one.text}
    return Completions(suggestions=tuple(reversed(different.values()))[:most]), sound


def _between(text: str, brief: Brief) -> str:
    line = brief.prefix.rpartition("\n")[2]
    if line.strip() and text.startswith(line):
        text = text[len(line) :]
    behind = brief.suffix.partition("\n")[0]
    if behind.strip() and text.endswith(behind) and _repeats(text, behind):
        text = text[: -len(behind)]
    return text


def _repeats(text: str, behind: str) -> bool:
    """Whether the end of the text is what stands behind the cursor anyway, and no bracket of its own."""
    closed = sum(map(text.count, ")]}")) > sum(map(text.count, "([{"))
    return closed or any(sign.isalnum() for sign in behind)


def _object_in(text: str, kind: type[T]) -> T | None:
    """The JSON object that the text is, or that it holds between its first and last brace; with a field of `kind`."""
    first, last = text.find("{"), text.rfind("}")
    if first < 0 or last < first:
        return None
    written = text[first : last + 1].encode("utf-8", "replace")
    try:
        known = _names(written).keys() & set(kind.__dataclass_fields__)
        return msgspec.json.decode(written, type=kind) if known else None
    except (ValueError, RecursionError):
        return None


def judged(text: str, task_type: TaskType, language: str) -> bool | None:
    """Whether a free answer passes its task's own check; None for a task without one."""
    if task_type not in _CODE_TASKS:
        return None
    fences = split_fences(text).fences
    return bool(fences) and all(code_is_sound(fence.code, fence.language or language) for fence in fences)
