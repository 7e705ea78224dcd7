"""Addresses that accounts are known by: ASCII, small letters, as HTML's e-mail field takes them."""

import re

from nexy.contracts.errors import ValidationFailed

_LONGEST = 254
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*")


def usual(email: str) -> str:
    """The one spelling under which it is kept and found; empty, and so nobody's, for what no address can be."""
    address = email.strip()
    # Small letters of some other scripts are ours: they would make two addresses one.
    if not address.isascii() or len(address) > _LONGEST:
        return ""
    address = address.lower()
    return address if _ADDRESS.fullmatch(address) else ""


def checked(email: str) -> str:
    """The usual spelling; raises `ValidationFailed` for what is no address. Other scripts come as punycode."""
    address = usual(email)
    if not address:
        raise ValidationFailed("this is no e-mail address", code="email_address_invalid", field="email")
    return address
