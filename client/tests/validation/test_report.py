"""What a check says in the end."""

from dataclasses import replace

from client.tests.validation.examples import frame_of, good, played

from nexy_client.validation import CheckReport, Finding, Severity
from nexy_client.validation.report import family_of

WARNING = Finding(code="version_missing", severity=Severity.WARNING)
ERROR = Finding(code="not_healthy", severity=Severity.ERROR)


def test_only_an_error_fails() -> None:
    """Of the server or of a stream."""
    passed = played(good())
    broken = played([frame_of(1), *good()[2:]])
    assert passed.passed
    assert not broken.passed
    assert CheckReport(target="t", job_id="j", findings=[WARNING], streams=[passed]).passed
    assert not CheckReport(target="t", job_id="j", findings=[ERROR], streams=[passed]).passed
    assert not CheckReport(target="t", job_id="j", streams=[passed, broken]).passed


def test_the_gravest_come_first() -> None:
    """Those of the server and those of every stream."""
    stream = played([frame_of(1), *good()[2:]])
    report = CheckReport(target="t", job_id="j", findings=[WARNING, ERROR], streams=[stream])
    severities = [one.severity for one in report.all_findings]
    assert severities == sorted(severities, key=list(Severity).index)
    assert len(report.all_findings) == 2 + len(stream.findings)


def test_totals_count_kinds_and_counts_count_occurrences() -> None:
    """A thousand lost frames are one problem."""
    stream = played([one for one in good(60) if one.frame_number % 2])
    report = CheckReport(target="t", job_id="j", findings=[ERROR, ERROR], counts={"not_healthy": 2}, streams=[stream])
    lost = next(one for one in stream.findings if one.code == "frames_lost")
    assert report.count_of(lost) == 29
    assert report.count_of(ERROR) == 2
    assert report.count_of(replace(ERROR, code="job_failed")) == 1
    codes = {one.code for one in stream.findings if one.severity is Severity.ERROR}
    assert report.total(Severity.ERROR) == 1 + len(codes)


def test_a_pass_on_few_frames_is_thin() -> None:
    """One stream of nine is enough for it."""
    report = CheckReport(target="t", job_id="j", streams=[played(good(60)), played(good(10))])
    assert not report.thin
    assert replace(report, streams=[played(good(60)), played(good(9))]).thin
    assert not CheckReport(target="t", job_id="j").thin


def test_each_finding_has_its_family() -> None:
    """By which reports group them."""
    assert family_of(ERROR) == "health"
