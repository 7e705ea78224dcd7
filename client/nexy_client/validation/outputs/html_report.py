"""A report as one HTML file that needs nothing else: verdict, findings with remedies, pictures."""

from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files

from nexy_client.catalogue import Catalogue
from nexy_client.validation.finding import Severity
from nexy_client.validation.outputs.html.checks import checks_table
from nexy_client.validation.outputs.html.plots import plots
from nexy_client.validation.outputs.html.tables import answer_table, figures_table, findings_table
from nexy_client.validation.outputs.units import counted
from nexy_client.validation.report import CheckReport, StreamReport
from nexy_client.validation.thresholds import Thresholds

_PACKAGE = "nexy_client.validation.outputs"


def html_report(report: CheckReport, language: str = "en", limits: Thresholds | None = None) -> str:
    """The page in the given language; `limits` are drawn into the pictures."""
    words = Catalogue(_PACKAGE, language)
    title = escape(words.text("page.title", target=report.target))
    body = "".join(
        (
            f"<h1>{escape(words.text('page.heading'))}</h1>",
            _verdict(report, words),
            _facts(report, words),
            f"<h2>{escape(words.text('page.findings'))}</h2>",
            findings_table(report, words),
            checks_table(report, words, limits or Thresholds()),
            *(_stream(one, words, limits or Thresholds()) for one in report.streams),
            answer_table(report.answer, words) if report.answer else "",
            f"<footer>{escape(words.text('page.made'))}</footer>",
        )
    )
    return (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_style()}</style></head><body><main>{body}</main></body></html>\n"
    )


@cache
def _style() -> str:
    return files(f"{_PACKAGE}.html").joinpath("page.css").read_text(encoding="utf-8")


def _verdict(report: CheckReport, words: Catalogue) -> str:
    frames, errors = sum(one.frames for one in report.streams), report.total(Severity.ERROR)
    name = "passed" if report.passed else "failed"
    told = words.text(
        f"page.{name}_words", frames=counted(words, "frames", frames), errors=counted(words, "errors", errors)
    )
    if not frames:
        told = words.text("page.nothing_words")
    warnings = report.total(Severity.WARNING)
    more = f" {words.text('page.warnings', count=warnings)}" if warnings else ""
    more += f" {words.text('page.thin')}" if report.thin else ""
    more += f" {words.text('page.product')}" if report.of_product else ""
    return (
        f'<section class="verdict {name}" role="status"><strong>{escape(words.text(f"page.{name}"))}</strong>'
        f"<span>{escape(told + more)}</span></section>"
    )


def _facts(report: CheckReport, words: Catalogue) -> str:
    started = datetime.fromtimestamp(report.started_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    told = (
        ("target", report.target),
        ("job", report.job_id),
        ("source", report.source),
        ("description", report.source_description),
        ("version", report.server_version),
        ("command", report.command),
        ("started", started),
        ("seconds", words.text("fact.lasted", seconds=report.seconds)),
        ("frames", str(sum(one.frames for one in report.streams))),
    )
    rows = "".join(
        f"<div><dt>{escape(words.text(f'fact.{name}'))}</dt><dd>{escape(value)}</dd></div>"
        for name, value in told
        if value
    )
    return f"<dl>{rows}</dl>"


def _stream(stream: StreamReport, words: Catalogue, limits: Thresholds) -> str:
    figures = "".join(
        f"<figure><h3>{escape(title)}</h3>{svg}<figcaption>{escape(told)}</figcaption></figure>"
        for title, svg, told in plots(stream.pictures, words, limits)
    )
    return (
        f"<section><h2>{escape(words.text('page.stream', number=stream.stream))}</h2>"
        f'<div class="plots">{figures}</div>{figures_table(stream.figures, words)}</section>'
    )
