"""What is kept of a secret that was drawn at random."""

import hashlib


def digest_of(secret: str) -> str:
    """SHA-256 in 64 hex digits: 256 bits of chance need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
