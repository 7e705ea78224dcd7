"""What `view` draws: history, half blocks, axes, the whole screen."""

import re
from dataclasses import replace

import numpy as np
import pytest

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.invocation import PACKAGE
from nexy_client.stream_cli.viewing.bands import Bands
from nexy_client.stream_cli.viewing.history import MOST_LINES, History
from nexy_client.stream_cli.viewing.peak import Peak, peak_of
from nexy_client.stream_cli.viewing.picture import colour_bar, fitted, half_blocks, shaded, ticks
from nexy_client.stream_cli.viewing.screen import CHANNELS, FREQUENCIES, Scene, Screen, State

SCENE = Scene(title="well · 24 channels", channels=(100, 123), frequencies=(10.0, 200.0), unit="dB re 1 strain")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def level(value: float, sensors: int = 4, bins: int = 3) -> np.ndarray:
    return np.full((sensors, bins), value)


def plain(text: str) -> list[str]:
    return _ESCAPES.sub("", text).split("\r\n")


def test_rows_of_one_slot_share_a_line() -> None:
    """The loudest of them; the newest line comes first; both sides of the row are kept."""
    history = History(0.1)
    for value, begin_ms in ((1.0, 0), (3.0, 50), (2.0, 100)):
        history.add(level(value), begin_ms)
    assert history.newest(9, channels=True).tolist() == [[2.0] * 4, [3.0] * 4]
    assert history.newest(1, channels=False).tolist() == [[2.0] * 3]


def test_history_is_bounded_and_survives_another_shape() -> None:
    """Old lines go; lines of a shape that was before are not shown with the new ones."""
    history = History(0.1)
    for place in range(MOST_LINES + 50):
        history.add(level(1.0), place * 100)
    assert len(history) == MOST_LINES
    history.add(level(5.0, sensors=6), 10**6)
    assert history.newest(9, channels=True).shape == (1, 6)


def test_a_row_is_fitted_to_the_width_without_losing_its_loudest() -> None:
    """Many channels are pooled, few are drawn wide."""
    row = np.arange(10.0)[None]
    assert fitted(row, 5).tolist() == [[1.0, 3.0, 5.0, 7.0, 9.0]]
    assert fitted(row[:, :2], 4).tolist() == [[0.0, 0.0, 1.0, 1.0]]
    assert fitted(row, 3).max() == 9.0


def test_half_blocks_hold_two_lines_each() -> None:
    """The upper one in the foreground; what is missing is black; the colours end with the line."""
    lines = half_blocks(np.array([[0.0, 50.0]]), 2, 2, (0.0, 50.0))
    assert [_ESCAPES.sub("", line) for line in lines] == ["▀▀", "▀▀"]
    assert "38;2;252;244;170;48;2;0;0;0" in lines[0]
    assert "38;2;0;0;0;48;2;0;0;0" in lines[1]
    assert all(line.endswith("\x1b[0m") for line in lines)
    assert half_blocks(np.zeros((0, 0)), 3, 1, (0.0, 1.0))[0].count("▀") == 3


def test_without_colours_there_are_shades() -> None:
    """From blank to @."""
    assert shaded(np.array([[0.0, 25.0, 50.0]]), 3, 2, (0.0, 50.0)) == [" =@", "   "]


def test_axes_name_values_and_what_they_are() -> None:
    """Whole numbers on a long axis, digits on a short one, the label at the end."""
    line = ticks((0.0, 511.0), 60, "channel")
    assert len(line) == 60
    assert line.startswith("0 ")
    assert line.endswith("channel")
    assert "0.169" in ticks((0.0, 1.0), 60, "Hz")
    assert len(ticks((0.0, 1.0), 5, "channel")) == 5


def test_the_colour_bar_is_as_wide_as_told() -> None:
    """In colours or shades."""
    assert len(_ESCAPES.sub("", colour_bar(12, True))) == 12
    assert colour_bar(10, False) == " .:-=+*#%@"


@pytest.mark.parametrize(("decibels", "expected"), [(False, 40.0), (True, 100.0)])
def test_the_loudest_place_is_found(decibels: bool, expected: float) -> None:
    """Channel, frequency and level; NaN does not count."""
    values = np.full((3, 2), 1.0, np.float32)
    values[2, 1], values[0, 0] = 100.0, np.nan
    peak = peak_of(values, np.array([7, 8, 9], np.int32), Bands(centres=(10.0, 20.0)), decibels=decibels)
    assert (peak.channel, peak.hertz, round(peak.level, 3), peak.silent) == (9, 20.0, expected, False)
    assert peak_of(values * 0, np.array([7, 8, 9], np.int32), Bands(centres=(10.0, 20.0)), decibels=False).silent


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("colours", [True, False])
@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20), (30, 8), (200, 60)])
def test_the_screen_fits_whatever_its_size(size: tuple[int, int], colours: bool, language: str) -> None:
    """As many lines as there are, none longer than the window; title, axes and loudest place are on it."""
    history = History(0.1)
    for place in range(50):
        history.add(np.random.default_rng(place).uniform(0, 50, (24, 32)), place * 100)
    state = State(peak=Peak(channel=104, hertz=65.16, level=34.0), frame=50, rate=25.6, lost=2)
    drawn = Screen(SCENE, Catalogue(PACKAGE, language), colours=colours).drawn(history, state, size)
    lines = plain(drawn)
    assert len(lines) == size[1]
    assert max(map(len, lines)) <= size[0]
    assert lines[0].startswith("well")
    assert "104" in lines[-3]


def test_a_tiny_window_says_so(english: Catalogue) -> None:
    """Instead of breaking."""
    drawn = Screen(SCENE, english, colours=True).drawn(History(0.1), State(), (20, 5))
    assert "too small" in drawn


def test_panes_and_states_are_shown(english: Catalogue) -> None:
    """Both sides where there is room, or the one that was chosen; waiting, pause and end are told."""
    history, screen = History(0.1), Screen(SCENE, english, colours=True)
    assert "waiting for the first frame" in screen.drawn(history, State(), (100, 20))
    history.add(level(3.0), 0)
    both = plain(screen.drawn(history, State(), (100, 20)))[-4]
    assert "channel" in both
    assert "Hz" in both
    only = plain(screen.drawn(history, State(panes=FREQUENCIES), (100, 20)))[-4]
    assert ("channel" in only, "Hz" in only) == (False, True)
    assert "Hz" not in plain(screen.drawn(history, State(panes=CHANNELS), (100, 20)))[-4]
    told = screen.drawn(history, State(paused=True, ended=True), (100, 20))
    assert "[PAUSED]" in told
    assert "end of the recording" in told


def test_a_unit_does_not_steer_the_terminal(english: Catalogue) -> None:
    """It is the word of a server."""
    scene, history = replace(SCENE, unit="dB re 1 m\x1b]0;x\x07"), History(0.1)
    history.add(level(3.0), 0)
    told = State(peak=Peak(channel=104, hertz=65.16, level=34.0), panes=CHANNELS)
    drawn = Screen(scene, english, colours=False).drawn(history, told, (120, 20))
    assert "dB re 1 m?]0;x?" in drawn


@pytest.mark.parametrize("language", ["en", "ru"])
def test_everything_is_readable_on_80_by_24(language: str) -> None:
    """Loudest place with its tolerance, loss, legend with its reference and every key, uncut."""
    history, words = History(12.8), Catalogue(PACKAGE, language)
    history.add(np.random.default_rng(1).uniform(-120, -20, (24, 32)), 0)
    scene = replace(SCENE, unit=words.text("view.level_unit", unit="strain/s"))
    peak = Peak(channel=1023, hertz=961.2, half=46.9, level=-134.0)
    state = State(peak=peak, frame=12345, rate=25.6, lost=12, paused=True)
    lines = plain(Screen(scene, words, colours=True).drawn(history, state, (80, 24)))
    assert "961 ± 47" in lines[-3]
    assert lines[-3].endswith(" 12")
    assert lines[-2].endswith(" 1 strain/s")
    assert lines[-1].endswith(words.text("view.keys", seconds=25.6))
    silent = State(peak=peak, silent_s=123.0)
    last = plain(Screen(scene, words, colours=True).drawn(history, silent, (80, 24)))[-1]
    assert "123" in last
    assert last.endswith(words.text("view.keys", seconds=25.6))


def test_another_time_per_line_keeps_what_was_seen() -> None:
    """Lines are pooled and repeated; a gap stays a gap."""
    history = History(0.1)
    for place, value in enumerate((1.0, 3.0, 2.0, 5.0)):
        history.add(level(value), place * 100)
    history.gap()
    history.gap()
    history.rescaled(0.2)
    newest = history.newest(9, channels=True)
    assert np.isnan(newest[0]).all()
    assert newest[1:, 0].tolist() == [5.0, 3.0]
    history.rescaled(0.1)
    assert history.newest(9, channels=True)[1:, 0].tolist() == [5.0, 5.0, 3.0, 3.0]


@pytest.mark.parametrize(("colours", "mark"), [(True, "128;128;128"), (False, "____")])
def test_a_gap_is_a_line_of_its_own(colours: bool, mark: str, english: Catalogue) -> None:
    """After rows that did not come for a while, however the picture is drawn."""
    history, screen = History(0.1), Screen(SCENE, english, colours=colours)
    history.add(level(1.0), 0)
    history.add(level(2.0), 200)
    assert mark not in screen.drawn(history, State(), (100, 20))
    history.add(level(3.0), 2_000)
    assert len(history) == 4
    assert mark in screen.drawn(history, State(), (100, 20))


def test_dc_makes_no_channel_loud() -> None:
    """Its bin is in the picture by frequency alone."""
    history, row = History(0.1), level(1.0)
    row[2, 0] = 90.0
    history.add(row, 0, np.array([True, False, False]))
    assert history.newest(1, channels=True).max() == 1.0
    assert history.newest(1, channels=False).max() == 90.0
