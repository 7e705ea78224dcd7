"""Tokens that nobody honest would make: any bytes for header and claims, signed with any key."""

import base64
import json
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from nexy.config.access_section import TokensConfig
from nexy.contracts.access import Caller
from nexy.contracts.errors import NexyError
from nexy.contracts.request import RequestHandlers
from nexy.contracts.signing_keys import AnonymousToken
from nexy.modules.access.tokens.held_keys import HeldKeys
from nexy.modules.access.tokens.key_file import KeyFile
from nexy.modules.access.tokens.making import TokenMaker
from nexy.modules.access.tokens.verifying import TokenVerifier
from support.clock import FakeClock

USER = "11111111-1111-4111-8111-111111111111"
SESSION = "22222222-2222-4222-8222-222222222222"


class NobodyDeparted:
    """Everybody may come in, except those that a test names."""

    def __init__(self) -> None:
        self.sessions: set[str] = set()

    def has(self, caller: Caller) -> bool:
        return caller.session_id in self.sessions


class KnownSoon:
    """A directory that knows everything, until a test says that it does not."""

    problem: NexyError | None = None

    async def fresh(self) -> None:
        """Nobody waits."""


class Mint:
    """Keys on disk with the honest maker and the verifier; `pem` signs, as a thief of the key could."""

    def __init__(self, home: Path, config: TokensConfig | None = None) -> None:
        self.clock = FakeClock()
        self.config = config or TokensConfig()
        self.file = KeyFile(home)
        self.keys = HeldKeys(self.file, self.clock)
        self.maker = TokenMaker(self.config, self.keys, self.clock)
        self.departed = NobodyDeparted()
        self.directory = KnownSoon()
        self.verifier = TokenVerifier(self.config, self.keys, self.clock, self.departed, self.directory)
        self.handlers = RequestHandlers()
        self.maker.register(self.handlers)

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())

    async def open(self) -> "Mint":
        """Make the keys."""
        held = await self.keys.newest()
        self.kid, self.pem = held.signs.stored.kid, held.signs.stored.pem
        return self

    async def honest(self) -> str:
        """A token as signing in gives it."""
        made = await self.maker.for_session(USER, "anna@example.com", SESSION, self.clock.now())
        return made.text

    async def anon(self) -> str:
        return await self.handlers.answer(AnonymousToken())

    def header(self, **more: object) -> dict[str, object]:
        return {"alg": "ES256", "kid": self.kid, "typ": "JWT", **more}

    def claims(self, **more: object) -> dict[str, object]:
        about = {"iss": "nexy", "aud": "authenticated", "role": "authenticated", "sub": USER, "session_id": SESSION}
        return {**about, "iat": self.now, "exp": self.now + 3600, **more}

    def signed(self, header: object, claims: object, pem: str = "") -> str:
        """The compact form of these texts (or bytes), signed with our key or another."""
        signing_input = f"{_part(header)}.{_part(claims)}"
        return f"{signing_input}.{encoded(raw_signature(pem or self.pem, signing_input))}"


def raw_signature(pem: str, text: str) -> bytes:
    """ES256 as RFC 7518 has it: both halves one after the other."""
    key = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    halves = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    size = (key.curve.key_size + 7) // 8
    return b"".join(half.to_bytes(size, "big") for half in halves)


def pem_of(curve: ec.EllipticCurve) -> str:
    """Somebody else's key."""
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return ec.generate_private_key(curve).private_bytes(*form).decode()


def encoded(plain: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def _part(content: object) -> str:
    if isinstance(content, bytes):
        return encoded(content)
    return encoded((content if isinstance(content, str) else json.dumps(content)).encode())
