"""What a server does not have is told before a job is made."""

import socket

import pytest
from client.tests.stream_cli.conftest import told
from client.tests.stream_cli.listed_server import LIST, listing

WRONG = [
    (("--source", "nope"), "It has: well, fibre"),
    (("--source", "silent"), "cannot open this source: every sample is zero"),
    (("--source", "well", "--channels", "0-20"), "has the channels 10 to 59"),
    (("--source", "well", "--channels", "10-60"), "has the channels 10 to 59"),
    (("--source", "well", "--frequencies", "1-101"), "nothing above 100 Hz"),
    (("--source", "well", "--live"), "is a recording, and --live was asked for"),
    (("--source", "well", "--from", "10"), "recorded from 1000 to 1010"),
    (("--source", "well", "--from", "+10"), "recorded from 1000 to 1010"),
    (("--source", "well", "--to", "+11"), "recorded from 1000 to 1010"),
    (("--source", "well", "--from", "+5", "--to", "1002"), "--to lies before --from"),
    (("--source", "fibre", "--from", "+5"), "counts from the beginning of a recording"),
    (("--source", "fibre", "--to", "5"), "--to needs --from"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
@pytest.mark.parametrize("name", ["check", "view"])
def test_a_wish_that_cannot_be_met_is_told(name: str, arguments: tuple[str, ...], words: str) -> None:
    """What there is instead stands in the sentence; exit code 2."""
    with listing(LIST) as server:
        ended = told(name, "--server", server, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err


def test_a_server_without_a_source_says_how_to_start_one() -> None:
    """Rather than that the job cannot be configured."""
    with listing({"sources": [], "refused": []}) as server:
        assert "nexy stream serve PATH" in told("check", "--server", server).err


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "NEXY_API_KEY"),
        (403, "NEXY_API_KEY"),
        (429, "no room"),
        (500, "Its log says more"),
        (503, "cannot serve streams now"),
    ],
)
def test_a_refusing_door_is_told(status: int, words: str) -> None:
    """By what can be done about it."""
    with listing({"error": "so it is", "code": "x", "details": {}}, status) as server:
        ended = told("check", "--server", server)
    assert ended.code == 2
    assert words in ended.err


def test_a_server_of_another_kind_is_told() -> None:
    """JSON of somebody else's is no list of sources."""
    with listing({"sources": 3}) as server:
        assert "does not answer like a server of sensor streams" in told("check", "--server", server).err


@pytest.mark.parametrize(("language", "words"), [("en", "Is the server running"), ("ru", "Работает ли сервер")])
def test_no_server_is_told_in_both_languages(language: str, words: str) -> None:
    """With the address that was tried."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = told("check", "--server", address, "--language", language)
    assert ended.code == 2
    assert words in ended.err
    assert address in ended.err


def test_tls_asked_of_a_plain_door_is_told() -> None:
    """https:// before a server that speaks plain HTTP."""
    with listing(LIST) as server:
        ended = told("check", "--server", server.replace("http:", "https:"))
    assert (ended.code, "one side speaks TLS" in ended.err) == (2, True)


def test_a_key_that_is_no_certificate_is_told() -> None:
    """Before anything is streamed."""
    with listing(LIST) as server:
        ended = told("check", "--server", server, "--ca", __file__)
    assert (ended.code, "BEGIN CERTIFICATE" in ended.err) == (2, True)
