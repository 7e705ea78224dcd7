"""A report as JUnit XML: a suite for the server and one for each stream, a case for each family of rules."""

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as Xml

from nexy_client.validation.codes import FAMILIES
from nexy_client.validation.finding import Finding, Severity
from nexy_client.validation.messages import finding_sentence, finding_text
from nexy_client.validation.report import CheckReport, family_of

# What a server says may hold characters that XML has no place for.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SERVER_FAMILIES = ("transport", "health", "jobs")


def junit_report(report: CheckReport, language: str = "en") -> str:
    """The XML text; only errors are failures, the rest stands in system-out."""
    root = Xml.Element("testsuites", {"name": "nexy-stream check", "time": f"{report.seconds:.3f}"})
    families = [one for one in FAMILIES if one not in _SERVER_FAMILIES]
    _suite(root, report, "server", _SERVER_FAMILIES, report.findings, language)
    for stream in report.streams:
        _suite(root, report, f"stream {stream.stream}", families, stream.findings, language)
    _count(root, root.iter("testcase"))
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(
    root: Xml.Element,
    report: CheckReport,
    name: str,
    families: Sequence[str],
    findings: Sequence[Finding],
    language: str,
) -> None:
    suite = Xml.SubElement(root, "testsuite", {"name": name, "hostname": _clean(report.target)})
    strangers = [one for one in dict.fromkeys(map(family_of, findings)) if one not in families]
    for family in (*families, *strangers):
        case = Xml.SubElement(suite, "testcase", {"classname": f"nexy_stream.{name.replace(' ', '_')}", "name": family})
        _fill(case, report, [one for one in findings if family_of(one) == family], language)
    _count(suite, suite.iter("testcase"))


def _fill(case: Xml.Element, report: CheckReport, findings: Sequence[Finding], language: str) -> None:
    errors = [one for one in findings if one.severity is Severity.ERROR]
    if errors:
        first = errors[0]
        failure = Xml.SubElement(
            case, "failure", {"type": first.code, "message": _clean(finding_sentence(first, language))}
        )
        failure.text = _told(report, errors, language)
    rest = [one for one in findings if one.severity is not Severity.ERROR]
    if rest:
        Xml.SubElement(case, "system-out").text = _told(report, rest, language)


def _told(report: CheckReport, findings: Iterable[Finding], language: str) -> str:
    lines = [
        f"{one.severity.value} {one.code} x{report.count_of(one)}: {finding_sentence(one, language)}. "
        f"{finding_text(one.code, language).remedy}"
        for one in findings
    ]
    return _clean("\n".join(lines))


def _count(element: Xml.Element, cases: Iterable[Xml.Element]) -> None:
    found = list(cases)
    failed = sum(case.find("failure") is not None for case in found)
    element.set("tests", str(len(found)))
    element.set("failures", str(failed))
    element.set("errors", "0")


def _clean(text: str) -> str:
    return _NO_XML.sub("?", text)
