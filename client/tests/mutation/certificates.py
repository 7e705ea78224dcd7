"""Certificates for "nexy.test", made afresh with openssl: good, expired, and of somebody else."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NAME = "nexy.test"
OPENSSL = shutil.which("openssl")
_CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """PEM."""

    key: bytes
    certificate: bytes


@cache
def self_signed(owner: str, *, days: int = 2, name: str = NAME) -> Pair:
    """A key and a certificate that signs itself; negative `days`: it has expired."""
    with tempfile.TemporaryDirectory() as folder:
        key, request, made = (str(Path(folder, name)) for name in ("key.pem", "request.pem", "cert.pem"))
        extension = Path(folder, "names.txt")
        extension.write_text(f"subjectAltName=DNS:{name}\n")
        _openssl("req", "-new", *_CURVE, "-subj", f"/O={owner}/CN={name}", "-keyout", key, "-out", request)
        _openssl("x509", "-req", "-in", request, "-signkey", key, "-days", str(days), "-extfile", str(extension),
                 "-out", made)  # fmt: skip
        return Pair(key=Path(key).read_bytes(), certificate=Path(made).read_bytes())


def _openssl(*arguments: str) -> None:
    subprocess.run([OPENSSL or "openssl", *arguments], check=True, capture_output=True, timeout=20)
