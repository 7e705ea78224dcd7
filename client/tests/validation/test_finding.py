"""Findings are for programs first, and few of each are kept."""

import json
from dataclasses import asdict

from nexy_client.validation import CODES, Severity
from nexy_client.validation.finding import Finding, FindingLog
from nexy_client.validation.messages import finding_sentence, short


def test_a_finding_is_plain_data() -> None:
    """Code, place, value and expectation, as JSON takes them."""
    log = FindingLog(2, 5)
    log.note("num_gaps", frame=12, value=39.0, expected=0)
    told = json.loads(json.dumps(asdict(log.kept[0])))
    assert told == {
        "code": "num_gaps", "severity": "error", "stream": 2, "frame": 12, "sensor": None, "value": 39.0, "expected": 0,
    }  # fmt: skip


def test_the_severity_is_the_codes_own() -> None:
    """Unless whoever notes it knows better."""
    log = FindingLog(None, 5)
    log.note("dead_channel")
    log.note("dead_channel", severity=Severity.WARNING)
    assert [one.severity for one in log.kept] == [CODES["dead_channel"].severity, "warning"]


def test_the_first_few_are_kept_and_all_are_counted() -> None:
    """A stream with a million faults costs no more memory than one with five."""
    log = FindingLog(0, 3)
    for frame in range(1000):
        log.note("num_gaps", frame=frame)
    log.note("num_overlaps", frame=7)
    assert [one.frame for one in log.kept] == [0, 1, 2, 7]
    assert log.counts == {"num_gaps": 1000, "num_overlaps": 1}


def test_several_at_once_are_one_finding() -> None:
    """Ten frames that were lost together."""
    log = FindingLog(0, 2)
    log.note("frames_lost", times=10)
    log.note("frames_lost", times=5)
    assert len(log.kept) == 1
    assert log.counts["frames_lost"] == 15


def test_the_sentence_says_what_and_where() -> None:
    """In English, and in Russian where it is asked for."""
    finding = Finding(code="not_finite", severity=Severity.ERROR, stream=0, frame=12, sensor=105, value="nan")
    assert finding.sentence == "an intensity is nan (stream 0, frame 12, channel 105)"
    assert "12" in finding_sentence(finding, "ru")
    assert finding_sentence(finding, "ru") != finding.sentence
    assert finding_sentence(finding, "xx") == finding.sentence


def test_a_finding_of_the_whole_has_no_place() -> None:
    """And no brackets."""
    finding = Finding(code="job_id", severity=Severity.ERROR)
    assert finding.sentence == "the configure answer has no job_id"


def test_numbers_are_short_without_lying() -> None:
    """Six digits of a fraction, all digits of a whole number."""
    assert (short(0.0390625), short(1_700_000_000_000), short(None), short("nan")) == (
        "0.0390625", "1700000000000", "-", "nan",
    )  # fmt: skip
