"""Terms and names as numbers: the same on every machine, and for ever."""

import hashlib

_BYTES = 8
_NAME = b"name"
_FOLDED = b"fold"


def hash_of(term: str) -> int:
    """64 bits of a term."""
    return int.from_bytes(packed_hash(term), "little")


def packed_hash(term: str) -> bytes:
    """`hash_of` as its eight bytes, the lowest first."""
    return hashlib.blake2b(_encoded(term), digest_size=_BYTES).digest()


def name_hash(name: str) -> int:
    """64 bits of a name exactly as it is written, "close" or "Session.close"; 0 for an empty one."""
    return _number(hashlib.blake2b(_encoded(name), digest_size=_BYTES, person=_NAME).digest()) if name else 0


def folded_hash(name: str) -> int:
    """64 bits of a name without case, "_" and "-", so that getUserById and get_user_by_id are one; 0 for none."""
    folded = name.casefold().replace("_", "").replace("-", "")
    return _number(hashlib.blake2b(_encoded(folded), digest_size=_BYTES, person=_FOLDED).digest()) if folded else 0


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _number(packed: bytes) -> int:
    return int.from_bytes(packed, "little") or 1
