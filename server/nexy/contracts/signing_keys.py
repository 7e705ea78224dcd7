"""What a server signs its tokens with, and what it shows of that."""

from dataclasses import dataclass

from nexy.contracts.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymousToken(Request[str]):
    """The token of the role anon, as front ends carry it in the open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKeys(Request[bytes]):
    """The JSON Web Key Set that others verify tokens with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateKeys(Request[str]):
    """Sign with a new key from now on and return its id; the old one verifies until its last token is over.

    `at_once`: it verifies nothing from now on, and no session that was open is renewed: everybody signs in again.
    """

    at_once: bool = False
