"""Every finding has its place, its gravity and its words, and a rule that makes it."""

import re
from pathlib import Path

import pytest
from client.tests.mutation.adapter import TOPIC_OF

import nexy_client.validation
from nexy_client.validation import CODES, FAMILIES, Code
from nexy_client.validation.failures import _CODES as OF_FAILURES
from nexy_client.validation.finding import Severity
from nexy_client.validation.messages import LANGUAGES, all_codes, finding_text

SOURCES = "\n".join(
    file.read_text(encoding="utf-8") for file in Path(nexy_client.validation.__file__).parent.rglob("*.py")
)


def test_the_table_is_read_whole() -> None:
    """Family, gravity and the mark of MUSTANG."""
    assert CODES["num_gaps"] == Code(name="num_gaps", family="time", severity="error", mustang=True)
    assert CODES["dead_channel"] == Code(name="dead_channel", family="values", severity="info")
    assert set(FAMILIES) == {code.family for code in CODES.values()}


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_a_severity_that_exists(code: str) -> None:
    """And a name that programs can use."""
    assert Severity(CODES[code].severity)
    assert re.fullmatch(r"[a-z0-9_]+", code)


@pytest.mark.parametrize("code", CODES)
def test_each_code_is_made_somewhere(code: str) -> None:
    """By a rule, a probe or a failure of the client."""
    assert f'"{code}"' in SOURCES or code in OF_FAILURES.values()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_code_has_its_words(language: str) -> None:
    """In every language, with the same places in them, and none for codes that are gone."""
    assert all_codes(language) == set(CODES)
    for code in CODES:
        told, english = finding_text(code, language), finding_text(code, "en")
        assert told.title
        assert told.remedy
        assert set(re.findall(r"\{\w+\}", told.text)) == set(re.findall(r"\{\w+\}", english.text)), code


@pytest.mark.parametrize(
    "name",
    ["num_gaps", "max_gap", "num_overlaps", "max_overlap", "percent_availability", "data_latency", "feed_latency",
     "num_spikes", "dead_channel", "sample_max", "sample_min", "sample_unique", "timing_quality", "suspect_time_tag"],
)  # fmt: skip
def test_names_of_mustang_are_kept(name: str) -> None:
    """Whoever knows its metrics finds them again, as a finding or as a figure."""
    assert f'"{name}"' in SOURCES or f'"{name}_p' in SOURCES


def test_each_code_has_a_topic_of_the_suite() -> None:
    """A code that the suite cannot place would be a crash there."""
    assert set(TOPIC_OF) == set(CODES)
