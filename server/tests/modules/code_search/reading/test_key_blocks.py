"""Private keys written out as blocks."""

import base64
import json
import os
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from nexy.modules.code_search.reading.secrets import without_secrets
from nexy.utils.masking import Masker

KEYS = ("rsa", "pkcs8", "ec", "ed25519", "openssh", "encrypted", "pgp", "ssh2")
WRITTEN = {
    "as a file": lambda key: key,
    "in a text": lambda key: f'KEY = """{key}"""\nafter = 1\n',
    "with written breaks": lambda key: json.dumps({"key": key}),
    "in a JSON within a JSON": lambda key: json.dumps(json.dumps({"key": key})),
    "with CRLF": lambda key: key.replace("\n", "\r\n"),
    "with written CRLF": lambda key: key.replace("\n", "\\r\\n"),
    "indented": lambda key: "key: |\n" + "".join(f"      {line}\n" for line in key.splitlines()),
    "line by line": lambda key: "k = (\n" + " +\n".join(f'  "{line}\\n"' for line in key.splitlines()) + "\n)\n",
    "in a comment": lambda key: "".join(f" * {line}\n" for line in key.splitlines()),
    "in a comment of slashes": lambda key: "".join(f"  // {line}\n" for line in key.splitlines()),
    "on one line": lambda key: " ".join(key.splitlines()),
    "without breaks": lambda key: "".join(key.splitlines()),
}


def made_key(kind: str) -> str:
    """A key that nobody ever had before, as the usual programs write it."""
    if kind in ("pgp", "ssh2"):
        return _armored(kind)
    of_rsa = rsa.generate_private_key(65537, 2048) if kind in ("rsa", "pkcs8", "openssh", "encrypted") else None
    key = of_rsa or (ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else ed25519.Ed25519PrivateKey.generate())
    form = {"rsa": PrivateFormat.TraditionalOpenSSL, "ec": PrivateFormat.TraditionalOpenSSL,
            "openssh": PrivateFormat.OpenSSH, "encrypted": PrivateFormat.TraditionalOpenSSL}  # fmt: skip
    lock = BestAvailableEncryption(b"x" * 12) if kind == "encrypted" else NoEncryption()
    return key.private_bytes(Encoding.PEM, form.get(kind, PrivateFormat.PKCS8), lock).decode()


def _armored(kind: str) -> str:
    lines = "\n".join(base64.b64encode(os.urandom(48)).decode() for _ in range(30))
    if kind == "ssh2":
        mark = "SSH2 ENCRYPTED PRIVATE KEY ----"
        return f'---- BEGIN {mark}\nComment: "rsa-key"\n{lines}\n---- END {mark}\n'
    mark = "PGP PRIVATE KEY BLOCK-----"
    return f"-----BEGIN {mark}\nVersion: GnuPG v2\n\n{lines}\n=aB3d\n-----END {mark}\n"


def left_of(key: str, clean: str) -> list[str]:
    """The pieces of a key that still can be read."""
    body = "".join(line for line in key.splitlines() if ":" not in line and "----" not in line)
    readable = "".join(clean.replace("\\\\", "\\").replace("\\r", "").replace("\\n", "").split())
    return [body[at : at + 12] for at in range(0, len(body) - 12, 6) if body[at : at + 12] in readable]


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("written", WRITTEN)
def test_nothing_of_a_real_key_stays(kind: str, written: str) -> None:
    """However it is written; its end goes with it, and what stands behind keeps its line."""
    for _ in range(1 if kind in ("rsa", "pkcs8", "openssh", "encrypted") else 8):
        key = made_key(kind)
        text = WRITTEN[written](key)
        clean, masked = without_secrets(text, "python")
        assert left_of(key, clean) == []
        assert masked == 1
        assert ("END" in clean, clean.count("\n")) == (False, text.count("\n"))
        assert without_secrets(clean, "python") == (clean, 0)
        assert left_of(key, Masker().text(text)) == []


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("written", WRITTEN)
def test_nothing_of_a_key_without_an_end_stays(kind: str, written: str) -> None:
    """A file may break off within it, or another block may follow."""
    key = "".join(line for line in made_key(kind).splitlines(keepends=True) if "END" not in line)
    public = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUB2\n-----END CERTIFICATE-----\n"
    clean, masked = without_secrets(WRITTEN[written](key) + public, "text")
    assert left_of(key, clean) == []
    assert masked == 1
    assert clean.endswith(public)


def test_two_keys_and_what_is_between() -> None:
    """Each is one, and the code around them is found."""
    text = f"def first(): ...\n{made_key('ec')}def between(): ...\n{made_key('pgp')}def last(): ...\n"
    clean, masked = without_secrets(text, "text")
    assert masked == 2
    assert [line for line in clean.split("\n") if line.startswith("def")] == [
        "def first(): ...", "def between(): ...", "def last(): ...",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        'BEGIN = "-----BEGIN PRIVATE KEY-----"\n\n\ndef wrapped(self, content):\n    return content.strip()\n\n\n'
        'END = "-----END PRIVATE KEY-----"\n',
        "A key begins with -----BEGIN PRIVATE KEY-----, and ends with -----END PRIVATE KEY-----.",
        'if text.startswith("-----BEGIN RSA PRIVATE KEY-----"):\n    return read_traditional_private_key(text)\n',
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrb=\n-----END PUBLIC KEY-----",
        "-----BEGIN PRIVATE KEY-----\nYOUR_KEY_HERE\n-----END PRIVATE KEY-----",
    ],
)
def test_programs_that_deal_with_keys_stay(text: str) -> None:
    """A mark alone is no key, and a public key is no secret."""
    assert without_secrets(text, "python") == (text, 0)


@pytest.mark.parametrize(
    "unit",
    [
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n-----END",
        "-----BEGIN ",
        "-",
        "-----BEGIN PRIVATE KEY-----Comment:",
        "-----BEGIN PRIVATE KEY-----aB3" + "cD4" * 20,
        '\\n"+ PRIVATE KEY',
        "Comment: " + "a" * 31,
    ],
)
def test_a_megabyte_of_beginnings_costs_no_time(unit: str) -> None:
    """Each place is looked at a bounded number of times; the bound leaves room for a slow machine."""
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    without_secrets(text, "text")
    without_secrets("-----BEGIN PRIVATE KEY-----" + text, "text")
    Masker().text(text)
    assert time.process_time() - start < 4
