"""Which checks ran, with their limits, and how each came out."""

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType

from nexy_client.catalogue import Catalogue
from nexy_client.validation.codes import FAMILIES
from nexy_client.validation.finding import Severity
from nexy_client.validation.outputs.html.tables import table
from nexy_client.validation.report import CheckReport, family_of
from nexy_client.validation.thresholds import Thresholds

_LIMITS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "values": ("plausible_amplitude", "spike_ratio", "step_ratio", "dead_share"),
        "stuck": ("stuck_frames", "stuck_channel_frames"),
        "amplitudes": ("amplitude_relative", "quantised_db"),
        "sequence": ("availability_percent",),
        "time": ("row_ms", "drift_ppm", "clock_offset_s", "clock_drift_ppm"),
        "latency": ("connect_s", "first_frame_s", "latency_p95_s", "data_latency_s"),
        "rate": ("rate_fps", "rate_share", "jitter_share"),
        "stall": ("stall_s",),
        "health": ("health_s",),
        "transport": ("reconnects", "certificate_days"),
    }
)


def checks_table(report: CheckReport, words: Catalogue, limits: Thresholds) -> str:
    """One row for each family of rules."""
    rows = "".join(_row(report, family, words, limits) for family in FAMILIES)
    heads = [words.text(f"head.{one}") for one in ("check", "limits", "outcome")]
    return f"<h2>{escape(words.text('page.checks'))}</h2>{table(words.text('page.checks'), heads, rows)}"


def _row(report: CheckReport, family: str, words: Catalogue, limits: Thresholds) -> str:
    told = ", ".join(f"{name}={getattr(limits, name):g}" for name in _LIMITS.get(family, ()))
    mark, outcome = _outcome(report, family, words)
    return (
        f'<tr><th scope="row">{escape(words.text(f"family.{family}"))}<br><code>{family}</code></th>'
        f'<td><code>{escape(told)}</code></td><td><span class="mark {mark}">{escape(outcome)}</span></td></tr>'
    )


def _outcome(report: CheckReport, family: str, words: Catalogue) -> tuple[str, str]:
    own = [one for one in report.all_findings if family_of(one) == family]
    found = {
        severity: len({(one.code, one.stream) for one in own if one.severity is severity}) for severity in Severity
    }
    if found[Severity.ERROR]:
        return "error", words.text("outcome.failed", count=found[Severity.ERROR])
    ran = bool(report.streams) and (report.probed or family != "health")
    if not ran and family not in ("jobs", "transport"):
        return "info", words.text("outcome.not_run")
    if found[Severity.WARNING]:
        return "warning", words.text("outcome.warned", count=found[Severity.WARNING])
    return "good", words.text("outcome.passed")
