"""Encrypted connections: who is trusted, and what a person is told when they do not match."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from client.tests.streams.examples import Kind, certificate, frame_bytes, watch

from nexy_client.streams import AsyncGrpcStreamClient, GrpcStreamClient, failure
from nexy_client.streams.trust import trust_of
from nexy_client.testing.scripted_streams import ScriptedStreams, serve_streams

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes certificates with openssl")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server's key and certificate."""
    folder = tmp_path_factory.mktemp("own")
    certificate(folder)
    return folder


@pytest.fixture
def tls_port(own: Path) -> Iterator[int]:
    """A server that speaks TLS and sends one frame."""
    credentials = grpc.ssl_server_credentials([((own / "key.pem").read_bytes(), (own / "cert.pem").read_bytes())])
    with serve_streams(ScriptedStreams(lambda _request: [frame_bytes(1)]), credentials=credentials) as port:
        yield port


def test_a_self_signed_server_is_trusted_by_its_own_certificate(kind: Kind, tls_port: int, own: Path) -> None:
    """As a path, as its text and as bytes."""
    path = own / "cert.pem"
    for given in (str(path), path, path.read_text(), path.read_bytes()):
        trusted = {"use_tls": True, "ca_certificate": given, "server_name": "nexy.test"}
        seen = watch(kind, tls_port, trusted)
        assert (seen.error, seen.numbers) == (None, [1])


def told(kind: Kind, port: int, settings: dict[str, Any]) -> failure.StreamError:
    """How a connection fails; such a failure is told at once, without further tries."""
    seen = watch(kind, port, {**settings, "retry_delay": 60, "connection_timeout": 100})
    assert seen.error is not None
    assert not seen.error.retryable
    return seen.error


def test_a_server_that_nobody_vouches_for_is_refused(kind: Kind, tls_port: int, tmp_path: Path) -> None:
    """Without its certificate, and with a stranger's; the sentence says what to pass."""
    _, stranger = certificate(tmp_path)
    for root in (None, stranger):
        error = told(kind, tls_port, {"use_tls": True, "ca_certificate": root, "server_name": "nexy.test"})
        assert isinstance(error, failure.CertificateRejected)
        assert "is not trusted" in str(error)
        assert "ca_certificate" in str(error)


def test_a_certificate_for_another_name_is_refused(kind: Kind, tls_port: int, own: Path) -> None:
    """A trusted root does not make up for the wrong name."""
    for name in (None, "other.test"):
        error = told(kind, tls_port, {"use_tls": True, "ca_certificate": own / "cert.pem", "server_name": name})
        assert isinstance(error, failure.CertificateRejected)
        assert f"for another name than '{name or '127.0.0.1'}'" in str(error)
        assert "server_name" in str(error)


def test_tls_asked_of_a_plain_server_is_told(kind: Kind, port: int) -> None:
    """There is no fall-back to plain text."""
    error = told(kind, port, {"use_tls": True})
    assert isinstance(error, failure.TlsMismatch)
    assert "does not speak TLS" in str(error)


def test_plain_text_to_a_tls_server_is_told(kind: Kind, tls_port: int) -> None:
    """gRPC only says that the socket was closed."""
    error = told(kind, tls_port, {})
    assert isinstance(error, failure.TlsMismatch)
    assert "speaks TLS, and plain text was tried. Pass use_tls=True" in str(error)


def test_a_scheme_asks_for_tls_too(tls_port: int, own: Path) -> None:
    """An https:// address needs no use_tls."""
    client = GrpcStreamClient(ca_certificate=own / "cert.pem", server_name="nexy.test")
    assert client.connect("https://127.0.0.1", tls_port)
    client.disconnect()


def test_a_certificate_for_plain_text_is_a_mistake() -> None:
    """Whoever passes one believes the connection to be encrypted."""
    for client in (GrpcStreamClient(server_name="x"), AsyncGrpcStreamClient(server_name="x")):
        with pytest.raises(failure.AddressInvalid, match="would be spoken to in plain text"):
            connected = client.connect("127.0.0.1", 1)
            asyncio.run(connected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given", ["/no/such/file.pem", "no certificate", b"", b"\n", b"\xff\xfe", "-----BEGIN CERTIFICATE-----\nx"]
)
def test_what_is_no_certificate_is_told_before_any_call(given: str | bytes) -> None:
    """gRPC itself would only say that a handshaker cannot be made; an empty file would mean the usual authorities."""
    with pytest.raises(failure.CertificateUnreadable, match="PEM"):
        GrpcStreamClient(use_tls=True, ca_certificate=given)


def test_a_key_is_no_certificate(own: Path) -> None:
    """The usual mix-up."""
    with pytest.raises(failure.CertificateUnreadable, match="not the key"):
        trust_of(True, own / "key.pem", None)


def test_a_bundle_may_name_its_authorities_in_any_language(own: Path) -> None:
    """Comments beside a certificate are nobody's business."""
    roots = "# Főtanúsítvány\n".encode() + (own / "cert.pem").read_bytes()
    trust = trust_of(True, roots, None)
    assert len(trust.context().get_ca_certs()) == 1
