"""The capability `text_filtering`: a stream of text in, sentences out."""

from collections.abc import AsyncGenerator

from nexy.config.sections import SentencesConfig
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import R, Request, RequestHandlers
from nexy.contracts.sentences import CutSentences, Sentence
from nexy.modules.text_filtering.stream import cut_stream


class TextFilteringModule(UniversalModuleInterface):
    """Cuts answers into pieces that can be spoken; keeps nothing between turns."""

    def __init__(self) -> None:
        self._section: SentencesConfig | None = None
        self._state = ModuleState.ABSENT
        self._handlers = RequestHandlers()
        self._handlers.on(CutSentences, self._cut)

    async def initialize(self, section: SentencesConfig, peers: Peers) -> None:
        """Take the bounds of a piece."""
        self._section = section
        self._state = ModuleState.RUNNING

    async def process(self, request: Request[R]) -> R:
        """Answer `CutSentences`; raises `Unavailable` before the start and after the end."""
        return await self._handlers.answer(request)

    async def _cut(self, request: CutSentences) -> AsyncGenerator[Sentence, None]:
        if self._section is None:
            await request.text.aclose()
            raise Unavailable("text_filtering is not running")
        return cut_stream(request.text, self._section)

    async def cleanup(self) -> None:
        """Refuse further requests; running turns own all they need."""
        self._section = None
        self._state = ModuleState.STOPPED

    def status(self) -> ModuleStatus:
        """Running between `initialize` and `cleanup`."""
        return ModuleStatus(state=self._state)
