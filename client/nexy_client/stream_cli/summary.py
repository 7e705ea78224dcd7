"""What a check says on the terminal: verdict, figures, findings."""

import math
from collections.abc import Iterator, Sequence

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.style import Style, columns, printable
from nexy_client.validation.finding import Finding, Severity
from nexy_client.validation.messages import finding_text, short
from nexy_client.validation.outputs.units import bin_words, counted
from nexy_client.validation.report import CheckReport, StreamReport
from nexy_client.validation.thresholds import Thresholds

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "·"}
_HIGH, _LOW = 3, 4


class Summary:
    """The text of one report."""

    def __init__(self, report: CheckReport, words: Catalogue, style: Style, limits: Thresholds) -> None:
        self._report = report
        self._words = words
        self._style = style
        self._limits = limits

    def text(self) -> str:
        """Without the last line end."""
        return "\n".join((*self._head(), *self._streams(), *self._findings(), "", *self._notes(), self._verdict()))

    def _head(self) -> Iterator[str]:
        report, words = self._report, self._words
        told = [words.text("summary.job", job=report.job_id)] if report.job_id else []
        told += [words.text("summary.source", source=report.source)] if report.source else []
        answer = report.answer
        if answer is not None and answer.frequencies_list:
            told.append(
                words.text(
                    "summary.shape",
                    channels=counted(words, "channels", answer.channel_amount),
                    bins=counted(words, "bins", answer.frequencies_amount),
                    low=bin_words(answer.frequencies_list, 0, words),
                    high=bin_words(answer.frequencies_list, -1 % len(answer.frequencies_list), words),
                    rate=1 / answer.lines_dt if answer.lines_dt > 0 else 0.0,
                )
            )
        told_version = "target" if report.server_version else "target_only"
        target = words.text(f"summary.{told_version}", target=report.target, version=report.server_version)
        yield self._style.paint(printable(target), "bold")
        if told:
            yield self._style.paint(self._style.wrapped(printable(" · ".join(told))), "soft")

    def _streams(self) -> Iterator[str]:
        for stream in self._report.streams:
            yield ""
            if len(self._report.streams) > 1:
                yield self._words.text("summary.stream", number=stream.stream)
            yield from columns(list(self._figures(stream)), right=(1,))

    def _figures(self, stream: StreamReport) -> Iterator[tuple[str, str, str]]:
        """Name, value, and the limit where there is one."""
        words, limits = self._words, self._limits
        told = {one.name: one.value for one in stream.figures}
        at_most = {
            "connect_time": words.text("limit.seconds", limit=limits.connect_s),
            "first_frame_latency": words.text("limit.seconds", limit=limits.first_frame_s),
            "frame_rate": words.text("limit.rate", limit=self._least_rate()),
            "feed_latency_p95": words.text("limit.seconds", limit=limits.latency_p95_s),
        }
        yield words.text("figure.frames"), words.text("unit.count", value=stream.frames), ""
        for name, unit in (
            ("connect_time", "time"), ("first_frame_latency", "time"), ("frame_rate", "rate"), ("jitter", "time"),
            ("feed_latency_p95", "time"), ("frames_dropped", "count"), ("frames_missing", "count"),
            ("bandwidth", "megabytes"),
        ):  # fmt: skip
            if name in told:
                yield words.text(f"figure.{name}"), self._value(told[name], unit), at_most.get(name, "")
        yield words.text("figure.amplitude"), self._amplitudes(stream), stream.pictures.unit

    def _least_rate(self) -> float:
        """What a stream of few rows a second cannot give is not asked of it."""
        row_s = self._report.answer.lines_dt if self._report.answer else 0.0
        return min(self._limits.rate_fps, self._limits.rate_share / row_s) if row_s > 0 else self._limits.rate_fps

    def _value(self, value: float, unit: str) -> str:
        if not math.isfinite(value):
            return "-"
        if unit == "time" and value < 1:
            return self._words.text("unit.milliseconds", value=value * 1000)
        return self._words.text("unit.seconds" if unit == "time" else f"unit.{unit}", value=value)

    def _amplitudes(self, stream: StreamReport) -> str:
        times = stream.pictures.times
        highs, lows = times[:, _HIGH], times[:, _LOW]
        seen = [value for value in (*highs, *lows) if math.isfinite(value)]
        return f"{min(seen):.4g} … {max(seen):.4g}" if seen else "-"

    def _findings(self) -> Iterator[str]:
        firsts: dict[tuple[str, int | None], Finding] = {}
        for finding in self._report.all_findings:
            firsts.setdefault((finding.code, finding.stream), finding)
        if not firsts:
            return
        yield ""
        yield self._style.paint(self._words.text("summary.findings"), "bold")
        for finding in firsts.values():
            yield from self._finding(finding)

    def _finding(self, finding: Finding) -> Sequence[str]:
        words, style = self._words, self._style
        texts, times = finding_text(finding.code, words.language), self._report.count_of(finding)
        severity = words.text(f"severity.{finding.severity.value}")
        head = f"{_MARKS[finding.severity]} {severity}  {finding.code}"
        where = self._place(finding, times)
        what = texts.text.format(value=short(finding.value), expected=short(finding.expected))
        told = f"{texts.title}: {printable(what)}"
        return (
            f"  {style.paint(head, 'bold', _COLOURS[finding.severity])}{f'  {where}' if where else ''}",
            style.wrapped(told, "      "),
            *([f"      {self._measured(finding)}"] if self._measured(finding) else []),
            style.paint(style.wrapped(f"→ {texts.remedy}", "      "), "cyan"),
        )

    def _place(self, finding: Finding, times: int) -> str:
        words = self._words
        several = len(self._report.streams) > 1
        told = [
            words.text(f"place.{name}", number=number)
            for name, number in (
                ("stream", finding.stream if several else None), ("frame", finding.frame), ("sensor", finding.sensor)
            )
            if number is not None
        ]  # fmt: skip
        if times > 1:
            told.append(words.text("place.times", count=times))
        return ", ".join(told)

    def _measured(self, finding: Finding) -> str:
        if finding.expected is None or isinstance(finding.value, str):
            return ""
        values = {"value": short(finding.value), "expected": short(finding.expected)}
        return printable(self._words.text("summary.measured", **values))

    def _notes(self) -> Iterator[str]:
        """What the verdict is to be read with."""
        report, words = self._report, self._words
        if report.of_product:
            told = words.text("summary.product", description=report.source_description)
            yield self._style.paint(self._style.wrapped(printable(told)), "yellow")
        if report.thin:
            frames = counted(words, "frames", min(one.frames for one in report.streams))
            yield self._style.paint(self._style.wrapped(words.text("summary.thin", frames=frames)), "yellow")

    def _verdict(self) -> str:
        report, words = self._report, self._words
        frames = sum(one.frames for one in report.streams)
        errors, warnings = report.total(Severity.ERROR), report.total(Severity.WARNING)
        name = "passed" if report.passed else "failed"
        told = words.text(
            f"summary.{name}",
            frames=counted(words, "frames", frames),
            errors=counted(words, "errors", errors),
            seconds=report.seconds,
        )
        if warnings:
            told += words.text("summary.warnings", count=warnings)
        return self._style.paint(told, "bold", "green" if report.passed else "red")
