"""Documents beside the code: whether they are asked for, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexy.config.code_search_section import LightRagConfig
from nexy.contracts.code_search import SearchKind
from nexy.contracts.errors import NexyError
from nexy.modules.code_search.lightrag.client import LightRag
from nexy.modules.code_search.lightrag.wire import Prose
from nexy.modules.code_search.searching.checks import Wish

PROSE_LANGUAGE = "text"
_SIGNED_IN = "it is for who is signed in; LIGHTRAG_PUBLIC=true opens it to everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """What documents say, or why they were left out; `asked` is false where none were wanted."""

    asked: bool = False
    found: Sequence[Prose] = ()
    problem: str = ""


class ProseSource:
    """A LightRAG server, or none: then no question asks for prose."""

    def __init__(self, server: LightRag | None, config: LightRagConfig) -> None:
        self._server = server
        self.config = config

    @property
    def state(self) -> str:
        """How the server does; empty without one."""
        return self._server.state if self._server is not None else ""

    def wants(self, wish: Wish, *, whole_sight: bool) -> bool:
        """Whether documents may answer: not a question about one project, another language or single words alone."""
        fits = wish.language in ("", PROSE_LANGUAGE) and wish.kind is not SearchKind.KEYWORD
        return self._server is not None and wish.prose and whole_sight and fits

    def opens_to(self, user_id: str) -> bool:
        """Whether this person may read the documents."""
        return self.config.public or bool(user_id)

    async def ask(self, wish: Wish) -> Passages:
        """What the documents say; never raises for a server that fails."""
        if self._server is None:
            return Passages()
        # It has no row-level security: whoever may ask it may read all of it.
        if not self.opens_to(wish.user_id):
            return Passages(problem=_SIGNED_IN)
        try:
            return Passages(asked=True, found=await self._server.ask(wish.query))
        except NexyError as problem:
            return Passages(asked=True, problem=problem.message)

    async def close(self) -> None:
        """Close the connections."""
        if self._server is not None:
            await self._server.close()
