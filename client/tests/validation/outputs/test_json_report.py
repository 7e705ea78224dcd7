"""The report for programs."""

import json
from dataclasses import replace

import pytest
from client.tests.validation.outputs.reports import BAD, EMPTY, GOOD

from nexy_client.validation.outputs import json_report


def test_it_tells_the_verdict_and_where_it_was_made() -> None:
    """Under stable names; a note is no failure."""
    told = json.loads(json_report(GOOD))
    assert told["format"] == "nexy-stream-check/1"
    assert (told["passed"], told["errors"], told["warnings"]) == (True, 0, 0)
    assert (told["target"], told["job_id"], told["source"]) == ("http://focus:8000", "12-70788", "well")
    assert told["started"] == "1970-01-01T00:00:00+00:00"


def test_every_finding_has_code_place_value_and_expected() -> None:
    """And how often it was noticed."""
    told = json.loads(json_report(BAD))
    assert (told["passed"], told["errors"], told["warnings"]) == (False, 3, 1)
    lost = told["streams"][0]["findings"][0]
    assert lost["sentence"]
    assert {name: lost[name] for name in ("code", "family", "severity", "frame", "sensor", "value", "times")} == {
        "code": "frames_lost", "family": "sequence", "severity": "error", "frame": 7, "sensor": None, "value": 3,
        "times": 3,
    }  # fmt: skip
    assert told["findings"][0]["code"] == "not_healthy"


def test_what_is_no_number_is_null() -> None:
    """JSON knows neither NaN nor infinity; strict readers must not stumble."""

    def refuse(name: str) -> object:
        raise AssertionError(name)

    told = json.loads(json_report(BAD), parse_constant=refuse)
    assert told["streams"][0]["findings"][1]["value"] is None
    assert told["streams"][0]["figures"]["max_gap"] == {"value": None, "unit": "s"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_sentences_are_in_the_persons_language(language: str) -> None:
    """Codes are the same in all of them; without a job there is still a report."""
    first, other = (json.loads(json_report(BAD, one))["streams"][0]["findings"] for one in (language, "en"))
    assert [one["code"] for one in first] == [one["code"] for one in other]
    assert (first[0]["sentence"] == other[0]["sentence"]) is (language == "en")
    assert json.loads(json_report(EMPTY, language))["streams"] == []


def test_half_a_character_loses_no_report() -> None:
    """A server's JSON may hold one, and no output can encode it."""
    report = replace(BAD, source="well \ud800")
    assert json.loads(json_report(report).encode("utf-8"))["source"] == "well ?"
