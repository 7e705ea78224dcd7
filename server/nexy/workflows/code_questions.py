"""Spoken questions about code: recognised by their form, then looked up within a moment."""

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files

import msgspec

from nexy.config.code_search_section import CodeGroundingConfig
from nexy.contracts.capabilities import ACCESS, CODE_SEARCH
from nexy.contracts.code_hits import Hit
from nexy.contracts.code_search import DescribeIndexes, FindCode, Found, SearchKind
from nexy.contracts.devices import FindOwner
from nexy.contracts.errors import NexyError
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.words import WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.code_grounding import CodeGrounding

Keep = Callable[[str, Sequence[WordsUsage]], Awaitable[None]]
_SPOKEN_PLACES = 3
_ANYTHING = "start"
_LONGEST_QUESTION = 400


class _Forms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    forms: Sequence[str]


@cache
def _forms() -> re.Pattern[str]:
    packaged = (files(__package__) / "code_questions.yaml").read_bytes()
    return re.compile("|".join(msgspec.yaml.decode(packaged, type=_Forms).forms))


def asks_for_code(prompt: str) -> bool:
    """Whether a place in code is asked for; anything long is dictated text and no question."""
    return len(prompt) <= _LONGEST_QUESTION and _forms().search(prompt.casefold().replace("ё", "е")) is not None


class CodeQuestions:
    """Finds places for a turn; any other turn costs it one look at the words. `keep` records what a device paid."""

    def __init__(self, coordinator: ModuleCoordinator, config: CodeGroundingConfig, keep: Keep | None = None) -> None:
        self._coordinator = coordinator
        self._grounding = CodeGrounding(coordinator, config)
        self._config = config
        self._keep = keep
        self._warming = False

    async def places(self, hardware_id: str, prompt: str) -> Sequence[Hit] | None:
        """Places in the code that the device's person may see; None for other questions."""
        if not self._coordinator.has(CODE_SEARCH) or not asks_for_code(prompt):
            return None
        looking, config = self._look(hardware_id, prompt), self._config
        patience = config.opening_timeout_seconds if self._warming else config.voice_timeout_seconds
        found = await self._grounding.in_time(looking, patience)
        if self._keep is not None:
            await self._keep(hardware_id, found.calls)
        return [hit for hit in found.hits if hit.score >= self._config.least_score]

    async def warm(self) -> None:
        """Open what everybody may search, so that the first question need not wait for it."""
        if not self._coordinator.has(CODE_SEARCH):
            return
        search = self._coordinator.get(CODE_SEARCH)
        self._warming = True
        try:
            await self._open(search)
        finally:
            self._warming = False

    async def _open(self, search: UniversalModuleInterface) -> None:
        with suppress(NexyError):
            if any(project.revision for project in await search.process(DescribeIndexes())):
                await search.process(FindCode(query=_ANYTHING, kind=SearchKind.KEYWORD, limit=1, prose=False))

    async def _look(self, hardware_id: str, prompt: str) -> Found:
        wish = FindCode(query=prompt, user_id=await self._person(hardware_id), limit=_SPOKEN_PLACES, prose=False)
        return await self._coordinator.get(CODE_SEARCH).process(wish)

    async def _person(self, hardware_id: str) -> str:
        """Nobody in particular where the owner is not known: what is public is everybody's."""
        if not self._coordinator.has(ACCESS):
            return ""
        return (await self._coordinator.get(ACCESS).process(FindOwner(payer=hardware_id))).user_id
