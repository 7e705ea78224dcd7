"""Findings in words: what happened, where, and what to do."""

import pytest

from nexy_client.validation import CODES, Finding, Severity
from nexy_client.validation.messages import LANGUAGES, finding_place, finding_sentence, finding_text


def finding(**place: int) -> Finding:
    """A gap of 39 ms somewhere."""
    return Finding(code="num_gaps", severity=Severity.ERROR, value=39.0, expected=0, **place)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_sentence_can_be_said(code: str, language: str) -> None:
    """With numbers, with texts and with nothing at all in its places."""
    for value, expected in ((1.5, 2), ("text", None), (None, None)):
        told = Finding(code=code, severity=Severity.ERROR, value=value, expected=expected)
        assert "{" not in finding_sentence(told, language)


def test_the_place_names_what_there_is() -> None:
    """Stream, frame, channel; none of them where it concerns no single one."""
    assert finding_place(finding(stream=0, frame=12, sensor=105), "en") == "stream 0, frame 12, channel 105"
    assert finding_place(finding(frame=12), "en") == "frame 12"
    assert finding_place(finding(), "en") == ""


def test_a_language_that_is_not_there_gets_english() -> None:
    """Rather than nothing."""
    assert finding_text("num_gaps", "fr") == finding_text("num_gaps", "en")
    assert finding_text("num_gaps", "ru") != finding_text("num_gaps", "en")


def test_the_value_stands_in_the_sentence() -> None:
    """In the unit that the text names."""
    assert "39" in finding_sentence(finding(frame=40), "en")
    assert finding_sentence(finding(frame=40), "en").endswith("(frame 40)")
