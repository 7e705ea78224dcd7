"""`view` where it is no terminal, against the fault server."""

import io
import time
from collections.abc import Callable

import grpc
import pytest
from client.tests.stream_cli.conftest import RANGE, told

from nexy_client.stream_cli import Invocation, run
from nexy_client.testing.streams.bends import cut_after, failed, inserted, without
from nexy_client.testing.streams.plan import JOB_ID, StreamPlan
from nexy_client.testing.streams.playbook import Playbook
from nexy_client.testing.streams.serving import Served
from nexy_client.testing.streams.steps import Pause

Serve = Callable[..., Served]
ORDER = ("--channels", "100-123", *RANGE)


def test_figures_stand_in_columns(serve: Serve) -> None:
    """A head, then a line for each second of rows: 100 rows of 39 ms are four."""
    ended = told("view", "--server", serve().rest_url, *ORDER)
    assert ended.code == 0, ended.err
    head, *lines = ended.out.splitlines()
    assert head.split() == ["time,", "s", "rows", "channel", "Hz", "dB", "highest", "lost"]
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "4"]
    assert sum(int(line.split()[1]) for line in lines) == 100
    assert all(100 <= int(line.split()[2]) <= 123 and 10 <= float(line.split()[3]) <= 200 for line in lines)


@pytest.mark.parametrize(("language", "words"), [("en", "loudest is channel"), ("ru", "громче всего канал")])
def test_lines_are_sentences(serve: Serve, language: str, words: str) -> None:
    """What is shown, one for each second, and how much there was."""
    ended = told("view", "--server", serve().rest_url, *ORDER, "--lines", "--speed", "0", "--language", language)
    first, *seconds, last = ended.out.splitlines()
    assert all(told in first for told in ("100", "123", "strain rate"))
    assert len(seconds) == 4
    assert all(words in line for line in seconds)
    assert "100" in last


def test_lost_frames_are_said(serve: Serve) -> None:
    """In the second in which they are missing."""
    server = serve(Playbook(bend=without([5, 6, 7]))).rest_url
    _, first, second, *_, last = told("view", "--server", server, *ORDER, "--lines", "--speed", "0").out.splitlines()
    assert "Lost rows: 3" in first
    assert "Lost" not in second
    assert last == "End: 4 seconds, 97 rows, 3 lost."


def test_a_loud_place_is_found(serve: Serve) -> None:
    """The channel and frequency of a tone, in every encoding."""

    def tone(row: object) -> object:
        row[4, 9] = 50.0  # type: ignore[index]
        return row

    plan = StreamPlan(tint=tone)  # type: ignore[arg-type]
    server = serve(Playbook(plan=plan)).rest_url
    for encoding in ("float", "f32", "u8"):
        line = told("view", "--server", server, *ORDER, "--encoding", encoding).out.splitlines()[1].split()
        assert (line[2], line[3], line[4]) == ("104", f"{plan.frequencies()[9]:.4g}", "34.0")


def test_it_ends_after_frames_or_seconds(serve: Serve) -> None:
    """Of an existing job too; a live stream is left after its time."""
    server = serve().rest_url
    some = told("view", "--server", server, "--job", JOB_ID, "--frames", "30", "--lines", "--speed", "0")
    assert "End: 1 second, 30 rows, none lost." in some.out
    live = serve(Playbook(plan=StreamPlan(live=True, rows=1000))).rest_url
    ended = told("view", "--server", live, "--channels", "100-123", "--live", "--seconds", "1.5")
    assert ended.code == 0
    assert len(ended.out.splitlines()) >= 2


def test_a_stream_that_is_not_there_is_told(serve: Serve) -> None:
    """With those that are; exit code 2."""
    ended = told("view", "--server", serve().rest_url, *ORDER, "--stream", "3")
    assert (ended.code, "streams 0 to 0" in ended.err) == (2, True)


def test_a_stream_that_breaks_off_is_told(serve: Serve) -> None:
    """What came is kept; then the reason, exit code 2, no traceback."""
    book = Playbook(bend=cut_after(30, failed(grpc.StatusCode.INTERNAL, "the disk is gone")))
    ended = told("view", "--server", serve(book).rest_url, *ORDER, "--lines", "--speed", "0")
    assert ended.code == 2
    assert "loudest" in ended.out
    assert ended.out.endswith("End: 1 second, 30 rows, none lost.\n")
    assert "the disk is gone" in ended.err
    closed = told("view", "--server", serve(Playbook(closed=True)).rest_url, *ORDER)
    assert (closed.code, "No connection" in closed.err) == (2, True)


def test_a_recording_is_spoken_at_its_own_pace_and_no_longer_than_asked(serve: Serve) -> None:
    """Off a terminal too; --seconds bounds the wall and the rows, however fast they come."""
    server, begin = serve().rest_url, time.monotonic()
    paced = told("view", "--server", server, *ORDER, "--lines", "--seconds", "1").out
    assert 0.7 < time.monotonic() - begin < 6
    assert int(paced.splitlines()[-1].split(", ")[1].split()[0]) <= 26
    quick = told("view", "--server", server, *ORDER, "--lines", "--seconds", "2", "--speed", "0").out
    assert quick.splitlines()[-1] == "End: 2 seconds, 52 rows, none lost."
    assert "Second 3" not in quick


def test_silence_is_spoken(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Again and again, with the age of the last data; then what comes, and the end."""
    monkeypatch.setattr("nexy_client.stream_cli.viewing.silence._PATIENCE_S", 0.6)
    plan = StreamPlan(live=True, rows=40)
    server = serve(Playbook(plan=plan, bend=inserted(10, Pause(seconds=3.0)))).rest_url
    lines = told("view", "--server", server, "--channels", "100-123", "--live", "--lines").out.splitlines()
    silent = [line for line in lines if line.startswith("Nothing for ")]
    assert len(silent) >= 2
    assert all("The last data are" in line for line in silent)
    assert "Nothing for 3 seconds." in silent[-1] or "Nothing for 2 seconds." in silent[-1]
    assert lines[-1] == "End: 2 seconds, 40 rows, none lost."


def test_lines_look_at_every_stream(serve: Serve) -> None:
    """A tone in the second one is found; with --stream the others are named."""

    def tone(row: object) -> object:
        if row.shape[0] == 9:  # type: ignore[attr-defined]
            row[4, 9] = 50.0  # type: ignore[index]
        return row

    plan = StreamPlan(sensors=19, streams=2, tint=tone)  # type: ignore[arg-type]
    server, order = serve(Playbook(plan=plan)).rest_url, ("--channels", "100-118", *RANGE, "--lines", "--speed", "0")
    every = told("view", "--server", server, *order).out.splitlines()
    assert "all 2 streams, channels 100 to 118" in every[0]
    assert all("channel 114 around 65 Hz with 34.0 dB" in line for line in every[1:5])
    assert every[-1] == "End: 4 seconds, 100 rows, none lost."
    first = told("view", "--server", server, *order, "--stream", "0").out.splitlines()
    assert "stream 0 of 2, channels 100 to 109 of 100 to 118; --stream 1 shows the rest" in first[0]
    assert not any("channel 114" in line for line in first)


def test_a_terminal_without_a_cursor_is_spoken_to(serve: Serve) -> None:
    """TERM=dumb: sentences, not one escape sequence."""

    class Dumb(io.StringIO):
        """A terminal."""

        def isatty(self) -> bool:
            return True

    out = Dumb()
    call = Invocation(out=out, err=io.StringIO(), environment={"LANG": "en_US.UTF-8", "TERM": "dumb"})
    assert run(["view", "--server", serve().rest_url, *ORDER, "--speed", "0"], call) == 0
    assert "loudest is channel" in out.getvalue()
    assert "\x1b" not in out.getvalue()
