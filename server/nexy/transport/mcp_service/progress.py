"""How far an indexing run is, as one figure that only grows."""

from collections.abc import Awaitable
from typing import Final, Protocol

from nexy.contracts.code_search import IndexProgress, IndexStage

_STAGES: Final = tuple(IndexStage)


class ReportProgress(Protocol):
    """Where progress goes."""

    def __call__(self, progress: float, total: float | None = None, message: str | None = None) -> Awaitable[None]:
        """So much of so much, with a word about it."""


class Progress:
    """Counts stages, each in fractions; what would go back is not reported, as the protocol wants it."""

    def __init__(self, report: ReportProgress) -> None:
        self._report = report
        self._told = -1.0

    async def note(self, step: IndexProgress) -> None:
        """Report how far the run is."""
        fraction = min(1.0, step.done / step.total) if step.total else 0.0
        figure = _STAGES.index(step.stage) + fraction
        if figure > self._told:
            self._told = figure
            await self._report(figure, float(len(_STAGES)), _said(step))


def _said(step: IndexProgress) -> str:
    return f"{step.stage.value}: {step.done} of {step.total}" if step.total else step.stage.value
