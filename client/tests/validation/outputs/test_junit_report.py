"""The report for CI."""

from xml.etree import ElementTree as Xml

import pytest
from client.tests.validation.outputs.reports import BAD, EMPTY, GOOD, LOST, check_report, stream

from nexy_client.validation.codes import FAMILIES
from nexy_client.validation.outputs import junit_report


def read(report: object, language: str = "en") -> Xml.Element:
    return Xml.fromstring(junit_report(report, language).encode())  # type: ignore[arg-type]


def test_the_counts_are_those_of_its_cases() -> None:
    """In the root and in every suite: readers refuse a file that contradicts itself."""
    for report in (GOOD, BAD, EMPTY):
        root = read(report)
        assert root.tag == "testsuites"
        for element in (root, *root.iter("testsuite")):
            cases = list(element.iter("testcase"))
            failed = [case for case in cases if case.find("failure") is not None]
            assert (element.get("tests"), element.get("failures")) == (str(len(cases)), str(len(failed)))
            assert element.get("errors") == "0"


def test_there_is_a_case_for_every_family_of_rules() -> None:
    """Also where nothing was found: a family that was not judged must not look as if it had been forgotten."""
    root = read(check_report(stream(), stream(number=1)))
    assert [suite.get("name") for suite in root] == ["server", "stream 0", "stream 1"]
    assert {case.get("name") for case in root.iter("testcase")} == set(FAMILIES)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names))


def test_errors_are_failures_and_the_rest_is_output() -> None:
    """With code, count, sentence and remedy."""
    cases = {case.get("name"): case for case in read(BAD).iter("testcase")}
    failure = cases["sequence"].find("failure")
    assert failure is not None
    assert failure.get("type") == "frames_lost"
    assert "error frames_lost x3: " in (failure.text or "")
    assert cases["values"].find("failure") is not None
    output = cases["values"].findtext("system-out") or ""
    assert "warning num_spikes" in output
    assert "info dead_channel" in output
    assert read(GOOD).get("failures") == "0"


def test_what_a_server_says_cannot_break_the_file() -> None:
    """Markup is text, and characters that XML has no place for are replaced."""
    failure = next(case for case in read(BAD).iter("testcase") if case.get("name") == "health").find("failure")
    assert failure is not None
    assert '<b>"sick"</b> & ?[2J tired' in (failure.get("message") or "")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_speaks_the_persons_language(language: str) -> None:
    """The names of cases stay: CI compares them from night to night."""
    russian = "кадр" in junit_report(check_report(stream(LOST)), language)
    assert russian is (language == "ru")
