"""Connecting to the REST door: silence, strangers, gRPC ports and certificates, each as a sentence."""

import shutil
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from client.tests.streams.examples import certificate
from client.tests.streams.focus_stub import FocusStub, serve_stub

from nexy_client.streams import FocusClient, failure
from nexy_client.testing.scripted_streams import ScriptedStreams, serve_streams


@pytest.fixture
def stub() -> FocusStub:
    return FocusStub()


def test_a_server_that_is_not_there_is_told() -> None:
    """With the address."""
    with pytest.raises(failure.ConnectionFailed, match=r"no answer from http://127\.0\.0\.1:1: .*refused"):
        FocusClient("127.0.0.1", 1).ack()


def test_a_server_that_says_nothing_is_told() -> None:
    """After the timeout, with its length."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with pytest.raises(failure.ConnectionFailed, match=r"did not answer within 0\.1 s"):
            FocusClient("127.0.0.1", listening.getsockname()[1], timeout=0.1).ack()


def test_a_server_that_dribbles_is_bounded_too() -> None:
    """The deadline is for the whole answer, not for each byte."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def dribble() -> None:
            sock, _ = listening.accept()
            with sock, suppress(OSError):
                while not over.wait(0.02):
                    sock.sendall(b"H")

        dribbling = threading.Thread(target=dribble)
        dribbling.start()
        began = time.monotonic()
        with pytest.raises(failure.ConnectionFailed, match=r"did not answer within 0\.3 s"):
            FocusClient("127.0.0.1", listening.getsockname()[1], timeout=0.3).ack()
        assert time.monotonic() - began < 3
        over.set()
        dribbling.join()


def test_a_grpc_port_is_told() -> None:
    """By its HTTP/2, and without repeating its bytes."""
    with (
        serve_streams(ScriptedStreams(lambda _request: [])) as port,
        pytest.raises(failure.WrongPort, match="is a gRPC port; give the REST port"),
    ):
        FocusClient("127.0.0.1", port, timeout=5).ack()


def test_a_stranger_is_not_repeated() -> None:
    """What is no HTTP may be anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def shout() -> None:
            for _ in range(3):
                sock, _ = listening.accept()
                with sock:
                    sock.sendall(b"\x1b[2Jhello\r\n")

        shouting = threading.Thread(target=shout)
        shouting.start()
        with pytest.raises(failure.ConnectionFailed, match="what came is not HTTP") as told:
            FocusClient("127.0.0.1", listening.getsockname()[1], timeout=5).ack()
        assert "hello" not in str(told.value)
        shouting.join()


def test_https_to_a_plain_server_is_told(stub: FocusStub) -> None:
    """There is no fall-back."""
    with serve_stub(stub) as url, pytest.raises(failure.TlsMismatch, match="does not speak TLS"):
        FocusClient(url.replace("http", "https"), timeout=5).ack()


@pytest.fixture
def tls_door(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A port that speaks TLS and hangs up after the handshake; and its certificate."""
    certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    listening = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            plain.settimeout(2)
            try:
                context.wrap_socket(plain, server_side=True).close()
            except OSError:
                plain.close()

    greeting = threading.Thread(target=greet)
    greeting.start()
    yield listening.getsockname()[1], tmp_path / "cert.pem"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    greeting.join()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_tls_that_does_not_fit_is_told(tls_door: tuple[int, Path]) -> None:
    """Plain text to a TLS door; a certificate that nobody vouches for; one for another name."""
    port, trusted = tls_door
    with pytest.raises(failure.TlsMismatch, match="speaks TLS; give an https:// address"):
        FocusClient("127.0.0.1", port, timeout=2).ack()
    with pytest.raises(failure.CertificateRejected, match="self-signed"):
        FocusClient("127.0.0.1", port, use_tls=True, timeout=2).ack()
    with pytest.raises(failure.CertificateNameMismatch, match=r"another name than '127\.0\.0\.1'") as told:
        FocusClient("127.0.0.1", port, use_tls=True, ca_certificate=trusted, timeout=2).ack()
    assert ".." not in str(told.value)
    # The right name: the door hangs up only after the handshake.
    with pytest.raises(failure.ConnectionFailed, match="no answer") as hung_up:
        FocusClient("127.0.0.1", port, ca_certificate=trusted, use_tls=True, server_name="nexy.test", timeout=2).ack()
    assert not isinstance(hung_up.value, failure.CertificateRejected)
