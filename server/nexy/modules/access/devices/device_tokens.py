"""The tokens of devices: opaque, shown once, kept as a digest."""

import hashlib
import hmac
import secrets

from nexy.contracts.devices import DEVICE_TOKEN

_RANDOM_BYTES = 32


def new_device_token() -> str:
    """256 bits of chance behind a name that scanners for leaked secrets can find."""
    return DEVICE_TOKEN + secrets.token_urlsafe(_RANDOM_BYTES)


def digest_of(token: str) -> str:
    """SHA-256, as 64 hex digits: what is drawn at random needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def fits(token: str, digest: str) -> bool:
    """Whether it is the token of this digest; an empty digest has none."""
    return bool(digest) and hmac.compare_digest(digest_of(token), digest)
