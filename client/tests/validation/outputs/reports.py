"""Reports to be put into words: one that passed, one with findings of every severity."""

import numpy as np

from nexy_client.streams.focus_answers import ConfigureAnswer
from nexy_client.validation.finding import Finding, Severity
from nexy_client.validation.measures import LATENCY_EDGES_S, Pictures
from nexy_client.validation.report import CheckReport, StreamReport
from nexy_client.validation.rule import Figure

BINS, ROWS, SENSORS = 8, 40, 12
FREQUENCIES = tuple(float(hertz) for hertz in range(10, 90, 10))
ANSWER = ConfigureAnswer(
    status="running", job_id="12-70788", stream_url="127.0.0.1", stream_port=50051, frequencies_list=FREQUENCIES,
    frequencies_amount=BINS, lines_dt=0.04, channel_to_stream_index=dict.fromkeys(range(100, 112), 0),
    stream_amount=1, channel_amount=SENSORS, view_type=0, intensity_unit="nε/s", hop=8, nfft_effective=256,
)  # fmt: skip
LOST = Finding(code="frames_lost", severity=Severity.ERROR, stream=0, frame=7, value=3, expected=0)
NAN = Finding(code="not_finite", severity=Severity.ERROR, stream=0, frame=9, sensor=104, value=float("nan"))
SPIKE = Finding(code="num_spikes", severity=Severity.WARNING, stream=0, frame=11, value=2e6, expected=1e5)
DEAD = Finding(code="dead_channel", severity=Severity.INFO, stream=0, sensor=100, value=0)
UNWELL = Finding(code="not_healthy", severity=Severity.ERROR, value='<b>"sick"</b> & \x1b[2J tired')


def pictures(*, unit: str = "nε/s") -> Pictures:
    """Everything that is drawn, from fixed noise."""
    noise = np.random.default_rng(1)
    seconds = np.arange(1, ROWS + 1) * 0.04
    columns = [seconds, np.ones(ROWS), np.full(ROWS, 0.04), np.full(ROWS, 9.0), np.full(ROWS, 0.5)]
    counts = np.zeros(len(LATENCY_EDGES_S) - 1)
    counts[20:23] = 5, 30, 5
    return Pictures(
        times=np.stack(columns, axis=1),
        waterfall=noise.uniform(0.5, 9, (ROWS, SENSORS)),
        waterfall_seconds=1.6,
        spectrogram=noise.uniform(0.5, 9, (ROWS, BINS)),
        spectrum=noise.uniform(0.5, 9, BINS),
        frequencies=FREQUENCIES,
        latencies=counts,
        intervals=counts,
        row_s=0.04,
        first_channel=100,
        last_channel=111,
        unit=unit,
    )


def stream(*findings: Finding, number: int = 0, seen: Pictures | None = None) -> StreamReport:
    """One stream with these findings."""
    figures = (
        Figure(name="frame_rate", value=25.04, unit="1/s"),
        Figure(name="feed_latency_p95", value=0.0021, unit="s"),
        Figure(name="max_gap", value=float("inf"), unit="s"),
    )
    return StreamReport(
        stream=number, frames=ROWS, seconds=1.6, bytes_received=12345, findings=findings,
        counts={one.code: 3 if one is LOST else 1 for one in findings}, figures=figures, pictures=seen or pictures(),
    )  # fmt: skip


def check_report(*streams: StreamReport, findings: tuple[Finding, ...] = ()) -> CheckReport:
    """A whole report."""
    return CheckReport(
        target="http://focus:8000", job_id="12-70788", server_version="0.1.0", source="well", started_s=0.0,
        seconds=2.5, findings=findings, counts={one.code: 1 for one in findings}, streams=streams, answer=ANSWER,
    )  # fmt: skip


GOOD = check_report(stream(DEAD))
BAD = check_report(stream(LOST, NAN, SPIKE, DEAD), findings=(UNWELL,))
EMPTY = CheckReport(target="http://focus:8000", job_id="")
