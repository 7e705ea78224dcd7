"""The rows of the table."""

from dataclasses import replace

import pytest
from bench.voice.phases import Results, carried, holds, step_between
from bench.voice.plan import FULL
from bench.voice.verdict import Figure, figures
from bench.voice.window import Seen

from support.bench_results import TURN, results, seen


def row(found: Results, words: str) -> Figure:
    return next(figure for figure in figures(found, FULL) if words in figure.what)


@pytest.mark.parametrize(("cpu", "verdict"), [(1.25, "aim"), (1.9, "must"), (2.1, "missed")])
def test_the_ratio_decides(cpu: float, verdict: str) -> None:
    """Processor time is judged by its ratio to the baseline, pair by pair."""
    figure = row(results(ours_cpu=cpu), "speech at its own pace")
    assert figure.verdict == verdict
    assert figure.reached.startswith(f"{cpu:.2f}×")
    assert figure.baseline == "1.00 ms"


@pytest.mark.parametrize(("p95", "verdict"), [(4.0, "aim"), (9.0, "must"), (11.0, "missed")])
def test_the_delay_decides(p95: float, verdict: str) -> None:
    """The delay is judged by itself."""
    assert row(results(p95=p95), "first sound").verdict == verdict


@pytest.mark.parametrize(("most", "verdict"), [(250, "aim"), (150, "must"), (100, "missed")])
def test_the_most_sessions_that_held_count(most: int, verdict: str) -> None:
    """A step that failed does not count, whatever came after it."""
    figure = row(results(most=most), "live sessions on one core")
    assert figure.verdict == verdict
    assert figure.reached.startswith(str(most))


def test_a_server_that_never_failed_has_no_known_end() -> None:
    """Where the largest step held, the figure is a lower bound, and says so."""
    assert row(results(most=400), "live sessions on one core").reached.startswith("≥ 400")


@pytest.mark.parametrize(
    "spoiled",
    [
        seen(errors=1),
        seen(turns=0),
        seen(recut=2),
        seen(p95=100.0),
        seen(mean_turn_seconds=1.2 * TURN),
    ],
)
def test_what_is_not_live_does_not_hold(spoiled: Seen) -> None:
    """Errors, silence, other cuts, late sound and slow turns each fail a step."""
    assert holds(seen(), TURN)
    assert not holds(spoiled, TURN)
    assert carried([seen(150), replace(spoiled, sessions=200)], TURN) == [seen(150)]


def test_the_step_between_lies_in_the_middle() -> None:
    """Between the last that held and the first that failed; none where all held."""
    assert step_between([seen(150), seen(250), seen(350, errors=1)], TURN) == 300
    assert step_between([seen(150, errors=1)], TURN) == 70
    assert step_between([seen(150)], TURN) == 0
