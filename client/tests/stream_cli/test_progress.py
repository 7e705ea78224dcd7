"""The progress bar."""

import io

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.progress import ProgressBar
from nexy_client.validation.checker.order import Progress


class Terminal(io.StringIO):
    """Claims to be one."""

    def isatty(self) -> bool:
        return True


def progress(frames: int, *, due: int | None = 200, stream: int = 0, problems: int = 0) -> Progress:
    return Progress(stream=stream, frames=frames, seconds=2.0, due=due, problems=problems)


def test_it_shows_how_far_all_streams_are(english: Catalogue) -> None:
    """Frames of frames, percent and what was found; at most once a second; nothing of it stays."""
    moments = iter([0.0, 0.95, 1.0])
    out = Terminal()
    bar = ProgressBar(out, english, lambda: next(moments))
    bar(progress(50))
    bar(progress(60))
    bar(progress(100, stream=1, problems=2))
    told = out.getvalue().split("\r\x1b[K")
    assert len(told) == 3
    assert "50 of 200 frames (25 %)" in told[1]
    assert "160 of 400 frames (40 %), 2 s · kinds of error: 2" in told[2]
    bar.clear()
    assert out.getvalue().endswith("\r\x1b[K")


def test_without_an_end_it_counts(english: Catalogue) -> None:
    """No share is invented."""
    out = Terminal()
    ProgressBar(out, english, lambda: 0.0)(progress(7, due=None))
    assert "7 frames, 2 s" in out.getvalue()
    assert "%" not in out.getvalue()


def test_who_wants_none_gets_none(english: Catalogue) -> None:
    """A screen reader would read every redrawing."""
    out = Terminal()
    bar = ProgressBar(out, english, shown=False)
    bar.say("asking")
    bar(progress(1))
    bar.clear()
    assert out.getvalue() == ""


def test_a_file_gets_nothing(english: Catalogue) -> None:
    """Only a terminal is drawn on."""
    out = io.StringIO()
    bar = ProgressBar(out, english)
    bar.say("asking")
    bar(progress(1))
    bar.clear()
    assert out.getvalue() == ""
