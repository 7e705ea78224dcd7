"""`check` against the fault server."""

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as Xml

import grpc
import pytest
from client.tests.mutation.certificates import NAME, OPENSSL, self_signed
from client.tests.stream_cli.conftest import RANGE, told

from nexy_client.testing.streams.bends import at, cut_after, each, failed, one_value, rewritten, without
from nexy_client.testing.streams.plan import JOB_ID, StreamPlan
from nexy_client.testing.streams.playbook import Playbook, Reply, ServerTls
from nexy_client.testing.streams.serving import Served

Serve = Callable[..., Served]
ORDER = ("--channels", "100-123", "--nfft", "256", "--height", "32", "--frequencies", "10-200", *RANGE)


def test_a_good_stream_passes(serve: Serve) -> None:
    """Exit code 0; the figures that the contract names, their limits, the verdict."""
    ended = told("check", "--server", serve().rest_url, *ORDER)
    assert ended.code == 0, ended.out
    for words in ("24 channels × 32 bins", "connect ", "first frame", "frame rate", "jitter", "latency p95",
                  "dropped", "missing", "amplitudes", "(limit 10 s)", "PASSED: no error in 100 frames"):  # fmt: skip
        assert words in ended.out
    assert "\x1b" not in ended.out


def test_a_fault_is_told_with_place_value_and_remedy(serve: Serve) -> None:
    """Exit code 1; code, frame, what was measured and expected, what to do; several at once."""
    nan = at(7, rewritten(one_value(float("nan"))))
    ended = told("check", "--server", serve(Playbook(bend=nan)).rest_url, *ORDER)
    assert ended.code == 1
    assert "not_finite  frame 7, channel 105" in ended.out
    assert "→ " in ended.out
    assert "FAILED: " in ended.out
    lost = told("check", "--server", serve(Playbook(bend=without([5, 6]))).rest_url, *ORDER, "--language", "ru")
    assert (lost.code, "frames_lost" in lost.out, "НЕ ПРОЙДЕНА" in lost.out) == (1, True, True)


def test_one_frame_of_one_channel_is_told_in_the_singular(serve: Serve) -> None:
    """As thin evidence; without its probes no version is made up."""
    book = Playbook(plan=StreamPlan(sensors=1))
    order = ("--channels", "100", *ORDER[2:], "--frames", "1", "--no-probes", "--no-progress")
    ended = told("check", "--server", serve(book).rest_url, *order)
    assert "1 channel × 32 bins" in ended.out
    assert "in 1 frame (" in ended.out
    assert "1 frame judged: thin evidence" in ended.out
    assert "Nexy ?" not in ended.out
    assert re.search(r"\d Hz ± \d", ended.out)


def test_the_gRPC_port_is_no_door(serve: Serve) -> None:  # noqa: N802
    """Exit code 2, and which port to give; no bytes of it."""
    port = serve().stream_port
    ended = told("check", "--server", f"127.0.0.1:{port}", *ORDER)
    assert ended.code == 2
    assert "give the REST port" in ended.err
    assert "\\x" not in ended.err


def test_a_silent_port_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the wait for a first word, not after the patience with a slow source."""
    monkeypatch.setattr("nexy_client.stream_cli.preparing._FIRST_WORD_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ended = told("check", "--server", f"127.0.0.1:{silent.getsockname()[1]}", *ORDER)
    assert (ended.code, "did not answer within 0.2 s" in ended.err) == (2, True)


def test_the_health_is_asked_without_a_proxy(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """This very machine is reached directly, as the stream is."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert told("check", "--server", serve().rest_url, *ORDER).code == 0


def test_colours_come_only_when_they_are_wanted(serve: Serve) -> None:
    """`always` paints; a file and NO_COLOR get plain text."""
    server = serve().rest_url
    assert "\x1b[1;32m" in told("check", "--server", server, *ORDER, "--color", "always").out
    assert "\x1b" not in told("check", "--server", server, *ORDER, "--color", "never").out


def test_the_reports_are_written(serve: Serve, tmp_path: Path) -> None:
    """HTML, JUnit and JSON beside the table, which names them."""
    files = {"--report": tmp_path / "r.html", "--junit": tmp_path / "r.xml", "--json-file": tmp_path / "r.json"}
    flags = [word for option, file in files.items() for word in (option, str(file))]
    ended = told("check", "--server", serve().rest_url, *ORDER, *flags)
    assert ended.code == 0
    assert all(f"written: {file}" in ended.out for file in files.values())
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert Xml.parse(tmp_path / "r.xml").getroot().get("failures") == "0"
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["passed"] is True


def test_json_takes_the_place_of_the_tables(serve: Serve) -> None:
    """Standard output is one JSON object and nothing else."""
    ended = told("check", "--server", serve().rest_url, *ORDER, "--json")
    assert json.loads(ended.out)["streams"][0]["frames"] == 100


def test_a_threshold_decides(serve: Serve, tmp_path: Path) -> None:
    """By option and by file; the option wins."""
    server, file = serve().rest_url, tmp_path / "limits.toml"
    file.write_text("plausible_amplitude = 1.5\n", encoding="utf-8")
    assert told("check", "--server", server, *ORDER, "--threshold", "plausible_amplitude=1.5").code == 1
    assert told("check", "--server", server, *ORDER, "--thresholds", str(file)).code == 1
    both = ("--thresholds", str(file), "--threshold", "plausible_amplitude=1e12")
    assert told("check", "--server", server, *ORDER, *both).code == 0


def test_an_existing_job_is_checked_and_left_alone(serve: Serve) -> None:
    """Its own settings are judged; the unknown one is told, exit code 2."""
    server = serve().rest_url
    assert told("check", "--server", server, "--job", JOB_ID).code == 0
    gone = told("check", "--server", server, "--job", "1-1")
    assert (gone.code, "There is no such job" in gone.err) == (2, True)


def test_frames_limits_and_encodings_are_heeded(serve: Serve) -> None:
    """Every encoding passes; the check stops after so many frames."""
    server = serve().rest_url
    for encoding in ("float", "f32", "u8"):
        ended = told("check", "--server", server, *ORDER, "--frames", "30", "--encoding", encoding)
        assert (ended.code, "no error in 30 frames" in ended.out) == (0, True), ended.out


def test_several_streams_are_told_one_by_one(serve: Serve) -> None:
    """Each with its figures, and findings name their stream."""
    book = Playbook(plan=StreamPlan(streams=2), bend=at(3, rewritten(one_value(float("inf")))))
    ended = told("check", "--server", serve(book).rest_url, *ORDER)
    assert "stream 0\n" in ended.out
    assert "stream 1\n" in ended.out
    assert "not_finite  stream 0, frame 3" in ended.out


@pytest.mark.parametrize(
    ("book", "words"),
    [
        (Playbook(closed=True), "No connection: nothing could be checked"),
        (
            Playbook(configure_reply=Reply(status=400, body=b'{"error":"height: 0 is too low","code":"x"}')),
            "height: 0 is too low",
        ),
    ],
)
def test_what_prevents_a_check_is_exit_code_2(serve: Serve, book: Playbook, words: str) -> None:
    """No stream was judged: not that it is wrong; the reports are written all the same."""
    ended = told("check", "--server", serve(book).rest_url, *ORDER)
    assert ended.code == 2
    assert words in ended.err


def test_a_stream_that_breaks_off_is_an_error_of_the_stream(serve: Serve) -> None:
    """Exit code 1 with what came before it."""
    book = Playbook(bend=cut_after(20, failed(grpc.StatusCode.INTERNAL)))
    ended = told("check", "--server", serve(book).rest_url, *ORDER)
    assert (ended.code, "stream_failed" in ended.out) == (1, True)


def test_words_of_a_server_cannot_steer_the_terminal(serve: Serve) -> None:
    """Control characters are shown as question marks."""
    book = Playbook(bend=cut_after(20, failed(grpc.StatusCode.INTERNAL, "\x1b[2Jgone")))
    ended = told("check", "--server", serve(book).rest_url, *ORDER, "--color", "always")
    assert "\x1b[2J" not in ended.out


@pytest.mark.skipif(OPENSSL is None, reason="needs openssl to make certificates")
def test_tls_is_spoken_and_never_given_up(serve: Serve, tmp_path: Path) -> None:
    """The right root passes; the wrong one, no TLS, and a plain server each end with exit code 2 and what to do."""
    good, other = self_signed("ours"), self_signed("theirs")
    right, wrong = tmp_path / "right.pem", tmp_path / "wrong.pem"
    right.write_bytes(good.certificate)
    wrong.write_bytes(other.certificate)
    server = serve(Playbook(tls=ServerTls(key=good.key, certificate=good.certificate))).rest_url
    named = ("--server-name", NAME)
    assert told("check", "--server", server, *ORDER, "--ca", str(right), *named).code == 0
    untrusted = told("check", "--server", server, *ORDER, "--ca", str(wrong), *named)
    assert (untrusted.code, "--ca" in untrusted.err) == (2, True)
    plain = told("check", "--server", server, *ORDER)
    assert (plain.code, "--tls" in plain.err) == (2, True)
    assert (plain.err + untrusted.err).count("use_tls") == 0
    asked = told("check", "--server", serve().rest_url, *ORDER, "--tls", "--language", "ru")
    assert (asked.code, "TLS нужен обеим сторонам" in asked.err) == (2, True)


@pytest.mark.parametrize(("first", "code"), [(1, 0), (98, 0), (50, 1)])
def test_rows_repeat_only_where_the_window_cannot_move(serve: Serve, first: int, code: int) -> None:
    """At either end of a recording half a window of rows is the same window; in the middle it is a stuck stream."""
    same = StreamPlan().intensities(0, 0)
    book = Playbook(bend=each(rewritten(lambda _: same), first, first + 2))
    ended = told("check", "--server", serve(book).rest_url, *ORDER)
    assert ended.code == code, ended.out
    assert ("stuck_frame" in ended.out) is bool(code)
