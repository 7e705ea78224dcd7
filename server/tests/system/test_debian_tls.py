"""TLS to a real PostgreSQL with a self-signed certificate: what is asked for holds, or is refused in one line."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from nexy.contracts.errors import NexyError
from nexy.modules.database.addresses import parse_url
from nexy.modules.database.connecting import connect, why_not
from nexy.modules.database.failures import DRIVER_ERRORS
from support.debian_postgres import Outside

pytestmark = pytest.mark.system
IN_USE = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


async def entered(outside: Outside, options: str, host: str = "localhost") -> bool:
    """Whether the connection that was made is under TLS."""
    connection = await connect(parse_url(outside.url(options=options, host=host), "k", "DATABASE_URL"), 4)
    try:
        return bool(await connection.fetchval(IN_USE))
    finally:
        await connection.close()


async def refusal(outside: Outside, options: str, host: str = "localhost") -> str:
    """The line behind the address, which is without the password."""
    address = parse_url(outside.url(options=options, host=host), "k", "DATABASE_URL")
    with pytest.raises(DRIVER_ERRORS) as refused:
        await connect(address, 4)
    told: NexyError = why_not(refused.value, address, "DATABASE_URL")
    assert "\n" not in told.message
    assert outside.password not in told.message
    return told.message.removeprefix(f"DATABASE_URL: {address.named()}: ")


async def test_what_sslmode_asks_for_holds(outside: Outside) -> None:
    """Without TLS, with any certificate, with one signed by this root, with this root and this name."""
    root = f"&sslrootcert={outside.server.certificate}"
    assert not await entered(outside, "?sslmode=disable")
    assert await entered(outside, "?sslmode=require")
    assert await entered(outside, "")
    for mode in ("require", "verify-ca", "verify-full"):
        assert await entered(outside, f"?sslmode={mode}{root}")
    assert await entered(outside, f"?sslmode=verify-ca{root}", host="127.0.0.1")
    assert not await entered(outside, f"?sslmode=disable{root}")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A root that has signed nothing of ours."""
    made = tmp_path / "other.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", "/dev/null", "-out", str(made), "-days", "2", "-subj", "/CN=other"],
        check=True, capture_output=True,
    )  # fmt: skip
    return made


async def test_a_certificate_that_is_not_trusted_is_one_line(outside: Outside, other: Path) -> None:
    """A foreign root, the system's roots, another name: the reason and where to look."""
    end = "; see sslmode and sslrootcert"
    untrusted = "the server's certificate is not trusted (self-signed certificate)" + end
    assert await refusal(outside, f"?sslmode=verify-full&sslrootcert={other}") == untrusted
    assert await refusal(outside, f"?sslmode=require&sslrootcert={other}") == untrusted
    assert await refusal(outside, "?sslmode=verify-full") == untrusted
    assert await refusal(outside, "?sslmode=verify-ca&sslrootcert=system") == untrusted
    own = f"&sslrootcert={outside.server.certificate}"
    named = await refusal(outside, f"?sslmode=verify-full{own}", host="127.0.0.1")
    assert named == "the server's certificate is not trusted (IP address mismatch, certificate is not valid for " \
                    "'127.0.0.1')" + end  # fmt: skip


async def test_a_root_that_cannot_be_read_is_named(outside: Outside, tmp_path: Path) -> None:
    """A missing file and one that holds no certificate are mended at sslrootcert, not at the server."""
    missing = tmp_path / "none.crt"
    told = f"sslrootcert cannot be read ({missing}: No such file or directory)"
    assert await refusal(outside, f"?sslmode=verify-full&sslrootcert={missing}") == told
    missing.write_text("no certificate")
    message = await refusal(outside, f"?sslmode=verify-full&sslrootcert={missing}")
    assert message.startswith(f"sslrootcert cannot be read ({missing}: ")


async def test_a_server_without_tls_is_told(outside: Outside) -> None:
    """sslmode=require meets a server that has it turned off."""
    await outside.rule("ALTER SYSTEM SET ssl = off", "SELECT pg_reload_conf()")
    try:
        async with asyncio.timeout(10):
            while await entered(outside, ""):
                pass
        assert await refusal(outside, "?sslmode=require") == "the server offers no TLS, and sslmode asks for it"
    finally:
        await outside.rule("ALTER SYSTEM RESET ssl", "SELECT pg_reload_conf()")
