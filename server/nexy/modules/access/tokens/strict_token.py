"""A token taken apart as strictly as it was put together: what we would not have written we do not read."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from nexy.contracts.access import Role
from nexy.modules.access.tokens.crypto import ALGORITHM

TYPE = "JWT"
_PARTS = 3
_HEADER = frozenset(("alg", "kid", "typ"))
_SIGNATURE_BYTES = 64
_HALF = _SIGNATURE_BYTES // 2
# A text of brackets alone would take longer to read than a signature to check.
_MOST_BRACKETS = 100
# The order of P-256: both halves of a signature lie above 0 and below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownToken:
    """A token whose form is right; nothing of it is proven yet."""

    kid: str
    claims: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a token says; moments are seconds since 1970, `user_id` and `session_id` empty in the role anon."""

    role: Role
    user_id: str
    session_id: str
    issued_at: int
    not_before: int
    expires_at: int


def taken_apart(token: str) -> ShownToken | None:
    """The parts of a compact ES256 token with exactly alg, kid and typ in its header; None for anything else."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        return None
    header, claims, signature = (_plain(part) for part in parts)
    if header is None or claims is None or signature is None or not _may_be_signature(signature):
        return None
    told, said = _object(header), _object(claims)
    if told is None or said is None or told.keys() != _HEADER:
        return None
    kid = told["kid"]
    if told["alg"] != ALGORITHM or told["typ"] != TYPE or not isinstance(kid, str):
        return None
    return ShownToken(kid=kid, claims=said)


def said_by(claims: Mapping[str, object], issuer: str, audience: str) -> Said | None:
    """The claims in their types; None where one is missing, of another type, or meant for others."""
    if claims.get("iss") != issuer or claims.get("aud") != audience:
        return None
    issued_at, expires_at = claims.get("iat"), claims.get("exp")
    not_before = claims.get("nbf", issued_at)
    # bool is an int too, and 1e9 is a float: neither is ours.
    if type(issued_at) is not int or type(expires_at) is not int or type(not_before) is not int:
        return None
    user_id, session_id = claims.get("sub", ""), claims.get("session_id", "")
    role = next((role for role in Role if role.value == claims.get("role")), None)
    if role is Role.ANON:
        if user_id != "" or session_id != "":
            return None
    elif role is None or not _is_uuid(user_id) or not _is_uuid(session_id):
        return None
    return Said(
        role=role, user_id=str(user_id), session_id=str(session_id),
        issued_at=issued_at, not_before=not_before, expires_at=expires_at,
    )  # fmt: skip


def _plain(part: str) -> bytes | None:
    """The bytes of canonical base64url: no other text may stand for the same bytes."""
    try:
        encoded = part.encode("ascii")
        plain = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    return plain if plain and base64.urlsafe_b64encode(plain).rstrip(b"=") == encoded else None


def _may_be_signature(plain: bytes) -> bool:
    if len(plain) != _SIGNATURE_BYTES:
        return False
    halves = (int.from_bytes(plain[:_HALF], "big"), int.from_bytes(plain[_HALF:], "big"))
    return all(0 < half < _ORDER for half in halves)


def _object(text: bytes) -> Mapping[str, object] | None:
    if text.count(b"[") + text.count(b"{") > _MOST_BRACKETS:
        return None
    try:
        read = json.loads(text.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _once_each(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands twice")
    return read


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _is_uuid(value: object) -> bool:
    """In the one spelling that we write."""
    if not isinstance(value, str):
        return False
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
