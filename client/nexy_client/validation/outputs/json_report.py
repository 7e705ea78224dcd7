"""A report as JSON; the names are those of the dataclasses."""

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from nexy_client.validation.finding import Finding, Severity
from nexy_client.validation.messages import finding_sentence
from nexy_client.validation.report import CheckReport, StreamReport, family_of
from nexy_client.validation.rule import Figure

FORMAT = "nexy-stream-check/1"


def json_report(report: CheckReport, language: str = "en") -> str:
    """One object, indented; figures that are no numbers are null."""
    told = {
        "format": FORMAT,
        "passed": report.passed,
        "target": report.target,
        "job_id": report.job_id,
        "source": report.source,
        "command": report.command,
        "server_version": report.server_version,
        "started": datetime.fromtimestamp(report.started_s, UTC).isoformat(),
        "seconds": round(report.seconds, 3),
        "thin_evidence": report.thin,
        "spectrogram_product": report.of_product,
        "errors": report.total(Severity.ERROR),
        "warnings": report.total(Severity.WARNING),
        "findings": [_finding(report, one, language) for one in report.findings],
        "figures": _figures(report.figures),
        "streams": [_stream(report, one, language) for one in report.streams],
    }
    text = json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)
    # A server's JSON may hold half a character, which no output can encode.
    return text.encode("utf-8", "replace").decode()


def _stream(report: CheckReport, stream: StreamReport, language: str) -> dict[str, Any]:
    return {
        "stream": stream.stream,
        "passed": stream.passed,
        "frames": stream.frames,
        "seconds": round(stream.seconds, 3),
        "bytes_received": stream.bytes_received,
        "findings": [_finding(report, one, language) for one in stream.findings],
        "figures": _figures(stream.figures),
    }


def _finding(report: CheckReport, finding: Finding, language: str) -> dict[str, Any]:
    return {
        "code": finding.code,
        "family": family_of(finding),
        "severity": finding.severity.value,
        "stream": finding.stream,
        "frame": finding.frame,
        "sensor": finding.sensor,
        "value": _finite(finding.value),
        "expected": _finite(finding.expected),
        "times": report.count_of(finding),
        "sentence": finding_sentence(finding, language),
    }


def _figures(figures: Sequence[Figure]) -> dict[str, dict[str, Any]]:
    return {one.name: {"value": _finite(one.value), "unit": one.unit} for one in figures}


def _finite(value: Any) -> Any:  # noqa: ANN401  JSON knows neither NaN nor infinity
    return None if isinstance(value, float) and not math.isfinite(value) else value
