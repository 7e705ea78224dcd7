"""Plain and encrypted connections."""

import shutil
import subprocess
from pathlib import Path

import grpc
import pytest

from nexy_client import CallFailed, Deadlines, Health, Tls, VoiceClient
from nexy_client.channel import tls_for
from nexy_client.testing.scripted_voice import ScriptedVoice, serve_scripted

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")


@pytest.mark.parametrize("target", ["nexy.example:443", "10.0.0.1:443", "[::1]:443"])
def test_port_443_is_encrypted_unasked(target: str) -> None:
    """Nobody sends speech in the clear by forgetting an option."""
    assert tls_for(target, None) == Tls()


@pytest.mark.parametrize("target", ["localhost:50051", "127.0.0.1:4430", "localhost"])
def test_other_ports_are_plain_unless_asked(target: str) -> None:
    """A local server needs no certificate; whoever asks for encryption gets it anywhere."""
    assert tls_for(target, None) is None
    asked = Tls(server_name="nexy.example")
    assert tls_for(target, asked) is asked


def certificate(folder: Path) -> tuple[bytes, bytes]:
    """A fresh key and a certificate for "nexy.test" that signs itself, both PEM."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    name = ["-subj", "/CN=nexy.test", "-addext", "subjectAltName=DNS:nexy.test"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = ["openssl", "req", "-x509", *kind, *name, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True, timeout=20)
    return key.read_bytes(), cert.read_bytes()


@needs_openssl
async def test_a_server_is_trusted_by_its_own_root_certificate(voice: ScriptedVoice, tmp_path: Path) -> None:
    """With the root given and the name right the connection stands; without the root it does not."""
    key, root = certificate(tmp_path)
    credentials = grpc.ssl_server_credentials([(key, root)])
    deadlines = Deadlines(connect=2, call=5)
    async with serve_scripted(voice, credentials=credentials) as target:
        trusted = Tls(root_certificates=root, server_name="nexy.test")
        async with VoiceClient(target, hardware_id="d", tls=trusted, deadlines=deadlines) as client:
            assert await client.health() is Health.SERVING
        stranger = Tls(server_name="nexy.test")
        async with VoiceClient(target, hardware_id="d", tls=stranger, deadlines=deadlines) as client:
            with pytest.raises(CallFailed, match="UNAVAILABLE"):
                await client.health()


@needs_openssl
async def test_a_certificate_for_another_name_is_refused(voice: ScriptedVoice, tmp_path: Path) -> None:
    """A trusted root does not make up for the wrong name."""
    key, root = certificate(tmp_path)
    credentials = grpc.ssl_server_credentials([(key, root)])
    wrong = Tls(root_certificates=root, server_name="other.test")
    async with (
        serve_scripted(voice, credentials=credentials) as target,
        VoiceClient(target, hardware_id="d", tls=wrong, deadlines=Deadlines(call=5)) as client,
    ):
        with pytest.raises(CallFailed, match="UNAVAILABLE"):
            await client.interrupt()
