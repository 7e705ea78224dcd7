"""Refresh tokens: opaque, kept as digests, each the only possible successor of the one before.

The successor is derived (HMAC-SHA-256 under a secret of the home) and not drawn. Who did not hear the answer and asks
again gets the same one: no token need be kept in the clear, and a session never has two that are good at once.
"""

import base64
import hmac
import secrets

_BYTES = 32


def first_token() -> str:
    """256 bits of chance."""
    return secrets.token_urlsafe(_BYTES)


def successor(token: str, secret: bytes) -> str:
    """The token that follows this one."""
    derived = hmac.digest(secret, token.encode("utf-8", "surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()
