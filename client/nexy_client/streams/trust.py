"""Whom an encrypted connection trusts."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import grpc

from nexy_client.streams.address import Address
from nexy_client.streams.failure import AddressInvalid, CertificateUnreadable

_PEM_MARK = "-----BEGIN"
Certificate: TypeAlias = str | Path | bytes
"""A file's path, or the PEM text itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """`roots` (PEM) beside nothing else, or None for the usual authorities; `server_name` as in the certificate."""

    use_tls: bool = False
    roots: bytes | None = None
    server_name: str = ""

    def check(self, address: Address) -> None:
        """Raise `AddressInvalid` where a certificate was given for a connection that would be plain text."""
        if not address.tls and (self.roots is not None or self.server_name):
            raise AddressInvalid(
                f"a ca_certificate or server_name was given, but {address.target} would be spoken to in plain text; "
                "pass use_tls=True or an https:// address, or leave them out"
            )

    def credentials(self) -> grpc.ChannelCredentials:
        """For a secure channel."""
        return grpc.ssl_channel_credentials(root_certificates=self.roots)

    def context(self) -> ssl.SSLContext:
        """For HTTPS."""
        return ssl.create_default_context(cadata=_ascii(self.roots) if self.roots else None)


def trust_of(use_tls: bool, ca_certificate: Certificate | None, server_name: str | None) -> Trust:
    """Read the certificate; raises `CertificateUnreadable`."""
    roots = None if ca_certificate is None else _roots(ca_certificate)
    return Trust(use_tls=use_tls, roots=roots, server_name=server_name or "")


def _roots(certificate: Certificate) -> bytes:
    pem, name = _read(certificate)
    try:
        if _PEM_MARK.encode() not in pem:
            # Nothing at all would be no error, and mean the usual authorities.
            raise ValueError("no certificate begins in it")
        # gRPC itself would only say that a handshaker cannot be made, and only with the first call.
        ssl.create_default_context(cadata=_ascii(pem))
    except (ssl.SSLError, ValueError) as wrong:
        raise CertificateUnreadable(
            f"{name} holds no certificate in PEM form ({wrong}); give the file that begins with "
            f"'{_PEM_MARK} CERTIFICATE-----', not the key"
        ) from wrong
    return pem


def _ascii(pem: bytes) -> str:
    """Bundles name their authorities in comments, in any language; nobody reads those."""
    return pem.decode("ascii", "ignore")


def _read(certificate: Certificate) -> tuple[bytes, str]:
    if isinstance(certificate, bytes):
        return certificate, "ca_certificate"
    if isinstance(certificate, str) and _PEM_MARK in certificate:
        return certificate.encode(), "ca_certificate"
    try:
        return Path(certificate).read_bytes(), f"ca_certificate {certificate}"
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise CertificateUnreadable(
            f"ca_certificate {certificate} cannot be read: {reason}; give the path of a PEM file, or its text"
        ) from problem
