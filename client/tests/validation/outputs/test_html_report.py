"""The report for people."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from client.tests.validation.outputs.reports import BAD, EMPTY, GOOD, check_report, pictures, stream

from nexy_client.validation.codes import FAMILIES
from nexy_client.validation.measures import Pictures
from nexy_client.validation.outputs import html_report
from nexy_client.validation.thresholds import Thresholds

VOID = {"meta", "input", "br", "img", "link", "hr"}


class Page(HTMLParser):
    """Checks that every element that begins also ends, and collects addresses and captions."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_is_one_file_that_needs_no_network(language: str) -> None:
    """Well-formed, without scripts; pictures lie inside."""
    for report in (GOOD, BAD, EMPTY):
        text = html_report(report, language)
        page = Page(text)
        assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
        assert "script" not in page.tags
        assert "url(" not in text
        assert f'<html lang="{language}">' in text


def test_every_picture_is_told_in_words() -> None:
    """A name for those who do not see it, a caption for all; every table has a caption and row heads."""
    text = html_report(GOOD)
    page = Page(text)
    assert page.tags.count("svg") == 8
    assert page.tags.count("figcaption") == page.tags.count("figure") == text.count('role="img"') == 8
    assert page.tags.count("caption") == page.tags.count("table")
    for title in ("Waterfall", "Spectrogram", "Frame rate", "Intervals between frames", "Latency", "Extremes"):
        assert f"<h3>{title}</h3>" in text


def test_the_verdict_comes_first() -> None:
    """In words and not by colour alone."""
    assert re.search(r'class="verdict passed".*Passed.*No error in 40 frames', html_report(GOOD))
    failed = html_report(BAD)
    assert re.search(r'class="verdict failed".*Failed.*3 kinds of error.*Warnings: 1', failed)
    assert failed.index("verdict") < failed.index("<table")
    assert "No frame could be checked" in html_report(EMPTY)
    assert "Пройдена" in html_report(GOOD, "ru")


def test_findings_are_told_with_place_and_remedy() -> None:
    """The gravest first; one row for each code with its count."""
    text = html_report(BAD)
    places = [text.index(f"<code>{code}</code>") for code in ("not_healthy", "frames_lost", "num_spikes")]
    assert places == sorted(places)
    assert text.count("<code>frames_lost</code>") == 1
    assert "first: stream 0, frame 7" in text
    assert "<td>3</td>" in text
    assert "Nothing was found" in html_report(check_report(stream()))


def test_what_a_server_says_is_text() -> None:
    """No markup of its own gets into the page."""
    text = html_report(BAD)
    assert "<b>" not in text
    assert "&lt;b&gt;&quot;sick&quot;&lt;/b&gt; &amp;" in text


def test_the_answer_and_the_figures_are_there() -> None:
    """Long lists by their ends, short times in milliseconds."""
    text = html_report(GOOD)
    assert "10, 20 … 80 (8)" in text
    assert "100: 0 … 111: 0 (12)" in text
    assert "<td>0.04</td>" in text
    assert ">2.1 ms<" in text
    assert ">25.04 1/s<" in text


def test_limits_are_drawn() -> None:
    """A stream of few rows is not held against a rate that it cannot reach."""
    text = html_report(GOOD, limits=Thresholds(rate_fps=900, latency_p95_s=0.5))
    assert text.count('class="limit"') == 3
    assert "lines_dt" in text


@pytest.mark.parametrize(
    "seen",
    [
        Pictures(),
        pictures(unit="dB"),
        Pictures(times=pictures().times[:1]),
        Pictures(times=pictures().times * float("nan")),
        Pictures(waterfall=pictures().waterfall * 0, waterfall_seconds=0.0),
    ],
)
def test_odd_streams_make_a_page_too(seen: Pictures) -> None:
    """Nothing to draw, decibels, one frame, no numbers, silence."""
    Page(html_report(check_report(stream(seen=seen))))


def test_every_check_is_listed_with_its_limits_and_its_outcome() -> None:
    """Also those that found nothing, and those that did not run."""
    text = html_report(BAD, limits=Thresholds(stall_s=3.5))
    rows = dict(re.findall(r'<code>(\w+)</code></th><td><code>[^<]*</code></td><td><span class="mark (\w+)"', text))
    assert tuple(rows) == FAMILIES
    assert (rows["sequence"], rows["values"], rows["stall"], rows["health"]) == ("error", "error", "good", "error")
    assert "stall_s=3.5" in text
    assert html_report(EMPTY).count("not run") == len(FAMILIES) - 2
    assert html_report(replace(GOOD, probed=False)).count("not run") == 1


def test_the_command_and_what_the_verdict_is_worth() -> None:
    """Thin evidence and a product that is no recording are said beside the verdict."""
    told = replace(
        GOOD, command="nexy-stream check --api-key ***", of_product=True, source_description="energy of a band"
    )
    text = html_report(told)
    assert "nexy-stream check --api-key ***" in text
    assert "spectrogram product" in text
    assert "energy of a band" in text
    assert "thin evidence" not in text
    few = replace(told, streams=[replace(told.streams[0], frames=2)])
    assert "thin evidence" in html_report(few)


def test_levels_and_frequencies_say_what_they_are() -> None:
    """dB with its reference, the loudest bin with its width, the two lines with their names."""
    text = html_report(GOOD)
    assert "dB re 1 nε/s (bright)" in text
    assert re.search(r"loudest: \d+\.0 Hz ± 5\.0", text)
    assert ">━ highest<" in text
    assert ">━ lowest<" in text


def test_one_channel_has_one_number() -> None:
    """No tenths of a channel on the axis."""
    seen = replace(pictures(), waterfall=pictures().waterfall[:, :1], first_channel=100, last_channel=100)
    page = html_report(check_report(stream(seen=seen)))
    waterfall = page.partition("<h3>Waterfall</h3>")[2].partition("</svg>")[0]
    assert ">100<" in waterfall
    assert "99." not in waterfall
    assert "100." not in re.sub(r'="[^"]*"', "", waterfall)


def test_both_themes_can_be_read() -> None:
    """Ink against ground and card: a contrast of 4.5 at least, in light and in dark."""
    style = re.search(r"<style>(.*?)</style>", html_report(GOOD), re.DOTALL)
    assert style is not None
    light, dark = (
        dict(re.findall(r"--(\w+):(#\w+)", block)) for block in re.findall(r":root\{(.*?)\}", style[1], re.S)
    )
    for theme in (light, dark):
        for ink in ("ink", "soft", "good", "bad", "warn", "note"):
            for ground in ("ground", "card"):
                assert _contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)


def _contrast(one: str, other: str) -> float:
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
