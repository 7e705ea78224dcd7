"""The tables of the HTML report."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from html import escape

from nexy_client.catalogue import Catalogue
from nexy_client.streams.focus_answers import ConfigureAnswer
from nexy_client.validation.finding import Finding
from nexy_client.validation.messages import finding_place, finding_text, short
from nexy_client.validation.report import CheckReport
from nexy_client.validation.rule import Figure

_FEW = 6
_COLUMNS = ("severity", "finding", "what", "where", "times", "remedy")


def findings_table(report: CheckReport, words: Catalogue) -> str:
    """One row for each code in each stream, the gravest first; the first finding of a code speaks for it."""
    firsts: dict[tuple[str, int | None], Finding] = {}
    for finding in report.all_findings:
        firsts.setdefault((finding.code, finding.stream), finding)
    if not firsts:
        return f"<p>{escape(words.text('page.no_findings'))}</p>"
    rows = "".join(_finding_row(report, finding, words) for finding in firsts.values())
    return table(words.text("page.findings"), [words.text(f"head.{one}") for one in _COLUMNS], rows)


def _finding_row(report: CheckReport, finding: Finding, words: Catalogue) -> str:
    texts = finding_text(finding.code, words.language)
    what = texts.text.format(value=short(finding.value), expected=short(finding.expected))
    times = report.count_of(finding)
    place = finding_place(finding, words.language)
    where = words.text("head.first", place=place) if place and times > 1 else place
    severity = words.text(f"severity.{finding.severity.value}")
    return (
        f'<tr><td><span class="mark {finding.severity.value}">{escape(severity)}</span></td>'
        f'<th scope="row">{escape(texts.title)}<br><code>{escape(finding.code)}</code></th>'
        f"<td>{escape(what)}</td><td>{escape(where)}</td><td>{times}</td><td>{escape(texts.remedy)}</td></tr>"
    )


def figures_table(figures: Sequence[Figure], words: Catalogue) -> str:
    """Every measured number."""
    rows = "".join(
        f'<tr><th scope="row">{escape(words.text(f"figure.{one.name}"))}<br><code>{escape(one.name)}</code></th>'
        f'<td class="number">{escape(_told(one))}</td></tr>'
        for one in figures
    )
    return table(words.text("page.figures"), [words.text("head.name"), words.text("head.value")], rows, "narrow")


def _told(figure: Figure) -> str:
    """Short times in milliseconds."""
    if figure.unit == "s" and abs(figure.value) < 1:
        return f"{figure.value * 1000:.3g} ms"
    return f"{figure.value:.5g} {figure.unit}".strip()


def answer_table(answer: ConfigureAnswer, words: Catalogue) -> str:
    """What the job was configured as; long lists are told by their ends."""
    rows = "".join(
        f'<tr><th scope="row"><code>{one.name}</code></th><td>{escape(_shown(getattr(answer, one.name)))}</td></tr>'
        for one in fields(ConfigureAnswer)
    )
    heads = [words.text("head.name"), words.text("head.value")]
    return f"<h2>{escape(words.text('page.answer'))}</h2>{table(words.text('page.answer'), heads, rows, 'narrow')}"


def _shown(value: object) -> str:
    match value:
        case tuple() if len(value) > _FEW:
            return f"{value[0]:.6g}, {value[1]:.6g} … {value[-1]:.6g} ({len(value)})"
        case Mapping() if len(value) > _FEW:
            channels = sorted(value)
            return f"{channels[0]}: {value[channels[0]]} … {channels[-1]}: {value[channels[-1]]} ({len(value)})"
        case _:
            return str(value)


def table(caption: str, heads: Sequence[str], rows: str, kind: str = "") -> str:
    """A captioned table that may scroll; `rows` is HTML."""
    told = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    return (
        f'<div class="scroll {kind}"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{told}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
