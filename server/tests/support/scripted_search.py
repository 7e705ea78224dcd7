"""A search over code that finds what it is told to."""

import asyncio
from collections.abc import Sequence

from nexy.contracts.code_hits import Hit
from nexy.contracts.code_search import (
    DescribeIndexes,
    FindCode,
    FindSymbol,
    ForeseeSearch,
    Found,
    IndexFacts,
    IndexState,
    SearchedIndex,
)
from nexy.contracts.errors import NexyError
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, R, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.usage import Expected


def hit(path: str = "auth/login.py", content: str = "def sign_in():\n    pass\n", **about: object) -> Hit:
    """A place, in Python and at the top of its file unless told otherwise."""
    told: dict[str, object] = {
        "id": path, "project_id": "p1", "project": "shop", "content": content, "score": 0.9, "file_path": path,
        "language": "python", "start_line": 1, "end_line": 2, "symbol": "sign_in", "why": "the words fit",
    }  # fmt: skip
    return Hit(**(told | about))  # type: ignore[arg-type]


def index_facts(*, revision: int) -> IndexFacts:
    """A public project in this state."""
    state = IndexState.READY if revision else IndexState.EMPTY
    return IndexFacts(project_id="p1", project="shop", source="/src/shop", owner_id="", public=True, branch="",
                      revision=revision, state=state, stale=False)  # fmt: skip


class ScriptedSearch(UniversalModuleInterface):
    """Answers with these places; `asked` remembers the requests. With `late` nothing comes until it is set.

    `foreseen` is what its vectors may cost.
    """

    def __init__(
        self,
        *hits: Hit,
        refusal: NexyError | None = None,
        late: asyncio.Event | None = None,
        projects: Sequence[IndexFacts] = (),
        **about: object,
    ) -> None:
        self.found = Found(
            hits=hits,
            total=len(hits),
            index=SearchedIndex(revision="7", stale=False),
            **about,  # type: ignore[arg-type]
        )
        self.refusal = refusal
        self.late = late
        self.asked: list[FindCode | FindSymbol] = []
        self.foreseen = Expected()
        self._handlers = RequestHandlers()
        self._handlers.on(FindCode, self._answer)
        self._handlers.on(FindSymbol, self._answer)
        self._handlers.on(DescribeIndexes, self._describe)
        self._projects = projects
        self._handlers.on(ForeseeSearch, self._foresee)

    async def initialize(self, section: object, peers: Peers) -> None:
        """Nothing to start."""

    async def process(self, request: Request[R]) -> R:
        """Answer one request."""
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        """Nothing to stop."""

    def status(self) -> ModuleStatus:
        """Always running."""
        return ModuleStatus(state=ModuleState.RUNNING)

    @property
    def queries(self) -> Sequence[str]:
        """What was looked for."""
        return [wish.query if isinstance(wish, FindCode) else wish.symbol for wish in self.asked]

    async def _foresee(self, _: ForeseeSearch) -> Expected:
        return self.foreseen

    async def _describe(self, _: DescribeIndexes) -> Sequence[IndexFacts]:
        return self._projects

    async def _answer(self, request: FindCode | FindSymbol) -> Found:
        self.asked.append(request)
        if self.late is not None:
            await self.late.wait()
        if self.refusal is not None:
            raise self.refusal
        return self.found
