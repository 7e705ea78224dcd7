"""Lines in place of pictures."""

import io
from dataclasses import replace

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.viewing.lines import Speaker
from nexy_client.stream_cli.viewing.peak import Peak

QUIET, LOUD = (Peak(channel=channel, hertz=20.0, level=level) for channel, level in ((1, 10.0), (2, 30.0)))
SILENT = Peak(channel=0, hertz=0.0, level=-600.0)


def spoken(words: Catalogue, rows: list[tuple[Peak, int, int]], *, sentences: bool = True) -> list[str]:
    out = io.StringIO()
    speaker = Speaker(out, words, sentences=sentences)
    speaker.head()
    for peak, begin_ms, lost in rows:
        speaker.add(peak, begin_ms, peak.level, lost)
    speaker.finish()
    return out.getvalue().splitlines()


def test_the_loudest_row_speaks_for_its_second(english: Catalogue) -> None:
    """Seconds count from the first row, wherever in time that was."""
    lines = spoken(english, [(QUIET, 5_000, 0), (LOUD, 5_400, 0), (QUIET, 6_100, 0)])
    assert lines == [
        "Second 1: loudest is channel 2 around 20 Hz with 30.0 dB.",
        "Second 2: loudest is channel 1 around 20 Hz with 10.0 dB.",
    ]


def test_silence_and_loss_are_said(english: Catalogue) -> None:
    """A second without rows is passed over and keeps its number."""
    lines = spoken(english, [(SILENT, 0, 0), (QUIET, 3_000, 2)])
    assert lines == ["Second 1: silence.", "Second 4: loudest is channel 1 around 20 Hz with 10.0 dB. Lost rows: 2."]


def test_figures_have_a_head(english: Catalogue) -> None:
    """In columns, as programs read them."""
    head, line = spoken(english, [(QUIET, 0, 0), (LOUD, 900, 1)], sentences=False)
    assert head.split()[-1] == "lost"
    assert line.split() == ["1", "2", "2", "20", "30.0", "30", "1"]


def test_nothing_is_said_of_nothing(english: Catalogue) -> None:
    """An empty stream has no lines."""
    assert spoken(english, []) == []


def test_streams_share_their_seconds(english: Catalogue) -> None:
    """Rows of the same time are one row, and one that lags does not turn the clock back."""
    rows = [(QUIET, 0, 0), (LOUD, 0, 0), (QUIET, 1_000, 0), (LOUD, 900, 0)]
    lines = [line.split() for line in spoken(english, rows, sentences=False)[1:]]
    assert [line[:3] for line in lines] == [["1", "1", "2"], ["2", "1", "2"]]


def test_dc_is_named_and_gives_way(english: Catalogue) -> None:
    """It is told only of a second that has nothing else."""
    steady = replace(LOUD, steady=True, hertz=0.5)
    assert spoken(english, [(steady, 0, 0)]) == ["Second 1: loudest is channel 2 at DC with 30.0 dB."]
    assert "channel 1 around 20 Hz" in spoken(english, [(steady, 0, 0), (QUIET, 10, 0)])[0]
    assert "channel 1 around 20 Hz" in spoken(english, [(QUIET, 0, 0), (steady, 10, 0)])[0]
