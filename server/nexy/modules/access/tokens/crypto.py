"""The one place that loads the cryptographic libraries: at the first token, beside the loop, never at the start."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from jwt.api_jws import PyJWS

ALGORITHM = "ES256"
_COORDINATE_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """One key as the library holds it."""

    private: EllipticCurvePrivateKey
    public: EllipticCurvePublicKey


def signature_library() -> PyJWS:
    """JSON Web Signatures, ES256 alone; slow when it is asked for first."""
    from jwt.api_jws import PyJWS

    return PyJWS(algorithms=[ALGORITHM])


def new_pem() -> str:
    """A private key on P-256, drawn at random."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    made = ec.generate_private_key(ec.SECP256R1())
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return made.private_bytes(*form).decode()


def pair_of(pem: str) -> KeyPair:
    """Raises `ValueError` for a text that is no private key on P-256."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        private = serialization.load_pem_private_key(pem.encode(), password=None)
    except (TypeError, UnsupportedAlgorithm) as problem:
        raise ValueError("no private key") from problem
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise ValueError("no key on P-256")
    return KeyPair(private=private, public=private.public_key())


def coordinates(public: EllipticCurvePublicKey) -> tuple[str, str]:
    """x and y as a JSON Web Key has them."""
    numbers = public.public_numbers()
    return _unpadded(numbers.x), _unpadded(numbers.y)


def _unpadded(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(_COORDINATE_BYTES, "big")).rstrip(b"=").decode()
