"""What an answer about code may lean on: looked for within a budget of time, and never a reason to fail."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Sequence
from dataclasses import replace

from nexy.config.code_search_section import CodeGroundingConfig
from nexy.contracts.capabilities import CODE_SEARCH
from nexy.contracts.code_hits import Hit
from nexy.contracts.code_search import FindCode, FindSymbol, Found
from nexy.contracts.errors import NexyError
from nexy.contracts.routing import Brief, Task, Verb
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.found_code import with_found, with_nothing

_NOTHING = Found()
_NAME = re.compile(r"[^\W\d]\w{2,}")
_LONGEST_CONTEXT = 200
_RESULTS = 10
_LOOKED_AT = 20_000
_LINES_BEFORE_CURSOR = 12
_log = logging.getLogger("nexy.code")


class CodeGrounding:
    """Asks the search for a task; where it does not run, is late or fails, the task goes on without."""

    def __init__(self, coordinator: ModuleCoordinator, config: CodeGroundingConfig) -> None:
        self._coordinator = coordinator
        self._config = config

    async def ground(self, task: Task) -> tuple[Task, Found]:
        """The task with what was found, in its brief and behind its question; and the search itself."""
        brief = task.brief
        if brief is None or not self._config.max_places or not self._coordinator.has(CODE_SEARCH):
            return task, _NOTHING
        wish = self._wish(brief, task.payer.user_id)
        if wish is None:
            return task, _NOTHING
        search = self._coordinator.get(CODE_SEARCH)
        found = await self.in_time(search.process(wish), self._patience(wish))
        hits = self._fitting(found)
        if not hits:
            unknown = isinstance(wish, FindSymbol)
            return (replace(task, question=with_nothing(task.question)) if unknown else task), found
        question = with_found(task.question, hits, self._config.max_characters)
        return replace(task, question=question, brief=replace(brief, found=hits)), found

    def _patience(self, wish: FindCode | FindSymbol) -> float:
        if isinstance(wish, FindSymbol):
            return self._config.symbol_timeout_seconds
        return self._config.timeout_seconds

    async def in_time(self, looking: Awaitable[Found], seconds: float) -> Found:
        """What the search says in time, else nothing."""
        try:
            async with asyncio.timeout(seconds):
                return await looking
        except (NexyError, TimeoutError) as problem:
            code = problem.code if isinstance(problem, NexyError) else "late"
            _log.warning("answered without the index", extra={"decision": "degrade", "ctx": {"code": code}})
            return _NOTHING

    def _fitting(self, found: Found) -> Sequence[Hit]:
        fitting = [hit for hit in found.hits if hit.score >= self._config.least_score]
        return tuple(fitting[: self._config.max_places])

    def _wish(self, brief: Brief, user_id: str) -> FindCode | FindSymbol | None:
        """What to look for; None where the brief has no word that code could have."""
        if brief.verb is Verb.EXPLAIN and brief.text.strip() and not brief.code.strip():
            return FindSymbol(symbol=brief.text.strip(), user_id=user_id, language=brief.language,
                              file_path=brief.file_path, limit=self._config.max_places)  # fmt: skip
        query = self._query(brief)
        if not query:
            return None
        context = brief.context if len(brief.context) <= _LONGEST_CONTEXT else ""
        limit = _RESULTS if brief.verb is Verb.SEARCH else self._config.max_places
        # What is to be written may be in another language than the code that shows how; documents may take seconds,
        # which an answer has not.
        language = "" if brief.verb is Verb.GENERATE else brief.language
        return FindCode(query=query, user_id=user_id, context=context, language=language, limit=limit, prose=False)

    def _query(self, brief: Brief) -> str:
        """The words of the task; where there is only code, the names in it, those near the cursor first."""
        most = self._config.max_query_words
        if brief.text.strip() and brief.verb is not Verb.ANALYZE:
            return " ".join(brief.text[:_LOOKED_AT].split()[:most])
        near = "\n".join(reversed(brief.prefix[-_LOOKED_AT:].splitlines()[-_LINES_BEFORE_CURSOR:]))
        return " ".join(list(dict.fromkeys(_NAME.findall(near or brief.code[:_LOOKED_AT])))[:most])
