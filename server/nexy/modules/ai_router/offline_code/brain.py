"""The offline brain for code: every verb, without a model."""

import re
from dataclasses import replace
from functools import partial

import msgspec

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.contracts.code_answers import Analysis
from nexy.contracts.routing import Brief, TaskType, Verb
from nexy.modules.ai_router.offline_code.analysis.report import analyse
from nexy.modules.ai_router.offline_code.completion.complete import complete
from nexy.modules.ai_router.offline_code.explaining.explain import explain
from nexy.modules.ai_router.offline_code.generation.generate import can_generate, generate
from nexy.modules.ai_router.offline_code.generation.made import Made
from nexy.modules.ai_router.offline_code.indexed import explained, listed, nearest, repeated, text_beside
from nexy.modules.ai_router.offline_code.syntax.assuming import assumed_language, unfenced
from nexy.modules.ai_router.offline_code.syntax.languages import (
    guess_language,
    language_named_in,
    language_of,
    told_language,
)
from nexy.modules.ai_router.offline_code.wording import said, speech_of
from nexy.utils.spare_threads import SpareThreads

_CONTEXT_LOOKED_AT = 20_000
_BESIDE_LOOKED_AT = 12_000
# A wish in the words of wishes.toml; every other kind of task is told what was found in the code.
_USUAL = {TaskType.TESTING: "tests", TaskType.DOCUMENTATION: "documentation", TaskType.REFACTORING: "refactor"}
_FENCE = re.compile(r"```(\w*)\n(.*?)(?:```|\Z)", re.DOTALL)


class CodeBrain:
    """Answers a brief in the words or the JSON that a model would be asked for; in Russian or English."""

    def __init__(self, limits: OfflineCodeConfig) -> None:
        self._limits = limits
        self._threads = SpareThreads(
            "offline", threads=limits.max_threads, waiting=limits.max_waiting, retry_seconds=limits.busy_retry_seconds
        )

    async def work(self, brief: Brief, task_type: TaskType | None = None) -> str:
        """The answer; what takes more than a moment is looked at beside the event loop, if there is room.

        Raises `Unavailable` (`offline_busy`) where too many wait already.
        """
        size = len(brief.code) + len(brief.context) + len(brief.text) + sum(len(hit.content) for hit in brief.found)
        if brief.verb is Verb.COMPLETE or size <= self._limits.inline_characters:
            return self.answer(brief, task_type)
        return await self._threads.run(partial(self.answer, brief, task_type))

    async def close(self) -> None:
        """Let the last work end."""
        await self._threads.close()

    def answer(self, brief: Brief, task_type: TaskType | None = None) -> str:
        """The same, at once: `analyze` and `complete` are JSON, `generate` is Markdown with one block, others prose.

        Where a free brief does not say what is to be done with its code, the kind of task does.
        """
        match brief.verb:
            case Verb.ANALYZE:
                return msgspec.json.encode(self._analysis(brief)).decode()
            case Verb.COMPLETE:
                spoken = language_of(brief.language, brief.file_path, brief.prefix)
                beside = text_beside(brief.found, _BESIDE_LOOKED_AT)
                return msgspec.json.encode(complete(brief.prefix, brief.suffix, spoken, beside)).decode()
            case Verb.EXPLAIN:
                return self._explained(brief)
            case Verb.GENERATE:
                return self._generated(brief)
            case Verb.SEARCH:
                # Who looks for code is not helped by code that was made up.
                speech = speech_of(brief.text, brief.context)
                told = listed(brief.found, speech) + "\n" if brief.found else said("cannot_search", speech)
                return f"{told} {said('no_model', speech)}".replace("\n ", "\n\n")
        return self._answered(brief, task_type)

    def _analysis(self, brief: Brief) -> Analysis:
        fenced, code = unfenced(brief.code)
        spoken = told_language(brief.language, brief.file_path) or fenced
        also = repeated(code, brief.found)
        return analyse(code, spoken, speech_of(brief.text, brief.context), self._limits, also)

    def _explained(self, brief: Brief) -> str:
        fenced, code = unfenced(brief.code)
        spoken = told_language(brief.language, brief.file_path) or fenced
        # A bare name says nothing of the language that the person speaks.
        asked = "" if brief.text.strip().isidentifier() else brief.text
        speech = speech_of(asked, brief.context)
        if not code.strip() and brief.found:
            return explained(brief.found, brief.text, speech, self._limits)
        return explain(code, brief.text, spoken, speech, self._limits)

    def _generated(self, brief: Brief) -> str:
        speech = speech_of(brief.text, brief.context)
        code = brief.code or _code_in(brief.context)
        made = generate(brief.text, code, brief.language, speech, self._limits)
        return _shown(replace(made, notes=(*made.notes, *nearest(brief.found, speech))), speech)

    def _answered(self, brief: Brief, task_type: TaskType | None) -> str:
        """A task of no fixed shape: something to be made is made, code alone is looked at, all else is declined."""
        speech = speech_of(brief.text, brief.context)
        fence = _FENCE.search(brief.text)
        around, given = unfenced(brief.code)
        code = given or (fence[2] if fence else "") or _code_in(brief.context)
        asked = _FENCE.sub(" ", brief.text)[: self._limits.max_description_characters]
        named = brief.language or around or (fence[1] if fence else "")
        named = named or ("" if code.strip() else language_named_in(asked))
        asked = self._wish(asked, code, task_type)
        if can_generate(asked, code):
            spoken = named or assumed_language(code)
            return _shown(generate(asked, code, spoken, speech, self._limits), speech)
        if not code.strip():
            found = [listed(brief.found, speech)] if brief.found else []
            return "\n\n".join([f"{said('cannot_answer', speech)} {said('no_model', speech)}", *found])
        analysis = analyse(code, told_language(named, brief.file_path), speech, self._limits)
        findings = [f"- {one.line}: {one.title}. {one.description}" for one in analysis.suggestions]
        return "\n".join([analysis.summary, *(["", *findings] if findings else [])])

    def _wish(self, asked: str, code: str, task_type: TaskType | None) -> str:
        """What was asked for; where the words do not tell, what is usual for code of this kind of task."""
        usual = _USUAL.get(task_type) if task_type is not None else None
        fits = bool(code.strip()) and len(code) <= self._limits.max_code_characters
        return usual if usual and fits and not can_generate(asked, code) else asked


def _shown(made: Made, speech: str) -> str:
    return "\n".join([f"```{made.language}", made.code.rstrip("\n"), "```", "", *made.notes, said("no_model", speech)])


def _code_in(context: str) -> str:
    """The context, where it is code; a search result or a word about the project is none."""
    plain = context.strip()
    if plain.startswith(("{", "[")) or not guess_language(plain[:_CONTEXT_LOOKED_AT]):
        return ""
    return context
