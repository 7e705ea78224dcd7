"""Progress as the protocol wants it."""

from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.code_search import IndexProgress, IndexStage
from nexy.transport.mcp_service.progress import Progress

_STEPS = st.builds(IndexProgress, stage=st.sampled_from(IndexStage), done=st.integers(0, 50), total=st.integers(0, 40))


@given(st.lists(_STEPS))
async def test_figure_grows_with_every_report_whatever_the_run_says(steps: list[IndexProgress]) -> None:
    """Stages out of order, counts that go back and more than all: the figure only grows and stays within its total."""
    seen: list[float] = []

    async def report(progress: float, total: float | None = None, message: str | None = None) -> None:
        assert total is not None
        assert message
        assert progress <= total
        seen.append(progress)

    progress = Progress(report)
    for step in steps:
        await progress.note(step)
    assert seen == sorted(set(seen))
    assert bool(seen) == bool(steps)
