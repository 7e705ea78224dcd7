"""A frame has one row, the row belongs to the job, and it came as it was asked for."""

from nexy_client.validation.finding import Severity
from nexy_client.validation.observation import Observation
from nexy_client.validation.rule import Ending, Rule, Setting
from nexy_client.validation.rules.latency import first_frame_due_s


class StructureRule(Rule):
    """One row a frame, all rows of one canvas and in the encoding of the request, and at least one frame."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._canvas: str | None = None

    def observe(self, seen: Observation) -> None:
        """Count the rows and compare the canvas with that of the frame before."""
        rows = len(seen.frame.rows)
        if seen.row is None:
            self.log.note("rows_missing", frame=seen.number, value=0, expected=1)
            return
        if rows != 1:
            self.log.note("row_amount", frame=seen.number, value=rows, expected=1)
        if self._canvas is not None and seen.row.canvasId != self._canvas:
            self.log.note("canvas_id", frame=seen.number, value=seen.row.canvasId, expected=self._canvas)
        self._canvas = seen.row.canvasId
        asked = self.setting.encoding
        if asked is not None and seen.row.encoding is not asked:
            self.log.note("encoding", frame=seen.number, value=seen.row.encoding.name, expected=asked.name)

    def finish(self, ending: Ending) -> None:
        """A stream that gave nothing at all is told once, and by the failure where there was one."""
        nothing_due = self.expected.rows == 0 and ending.complete
        if ending.frames or ending.failed or nothing_due:
            return
        # Whoever leaves before the first window is full has seen nothing that is wrong.
        waited_s = ending.ended.steady_s - ending.began.steady_s
        early = not ending.complete and waited_s < first_frame_due_s(self.limits, self.expected)
        self.log.note("no_frames", severity=Severity.WARNING if early else None, value=0, expected=self.expected.rows)
