"""Who asks: a person by her token or key, a key of the configuration, or the address that the request comes from."""

import hashlib
import ipaddress
from collections.abc import Mapping
from typing import Any, Protocol

from nexy.config.api_section import ApiConfig
from nexy.contracts.access import Scope
from nexy.contracts.errors import ConfigurationInvalid, PermissionDenied, Unauthenticated
from nexy.contracts.routing import Payer
from nexy.transport.http_service.exchange import Exchange
from nexy.transport.http_service.origins import listed
from nexy.utils.rate_limiter import RateLimiter
from nexy.workflows.admission import Admission

_BEARER = b"bearer "
_AUTHORIZATION, _API_KEY = "Authorization", "X-API-Key"
_LONGEST_KEY_NAME = 60
_UNKNOWN_ADDRESS = "unknown"
# How a socket for both versions shows an address of the fourth.
_MAPPED = "::ffff:"
REFUSED = (Unauthenticated, PermissionDenied)
"""What a token or key that opens nothing here meets; whoever tries them has a rate."""


class Asking(Protocol):
    """As much of a request as tells where it comes from."""

    scope: Any
    heads: Any


class Callers:
    """Persons' tokens and keys are always checked; of others' keys, without configured ones, every one is ignored:
    nobody could tell a true one from a false one.
    """

    def __init__(self, config: ApiConfig, limiter: RateLimiter, admission: Admission | None = None) -> None:
        self._admission = admission
        self._keys = _keys_of(config.keys)
        self._required = config.key_required
        self._proxies = frozenset(listed(config.trusted_proxies))
        self._max_known = config.limits.remembered_addresses
        self._limiter = limiter
        self._by_address: dict[str, Payer] = {}

    async def admit(self, exchange: Exchange) -> Payer:
        """Who is charged; raises `Unauthenticated` for a wrong or missing key and `RateLimitExceeded`."""
        try:
            payer = await self._payer(exchange)
        except REFUSED:
            # Who tries keys is counted too.
            self._limiter.take(self._at(self._address(exchange)).name)
            raise
        # A person has one pace, however many keys she has.
        self._limiter.take(payer.tenant)
        if self._limiter.shared:
            await self._limiter.take_shared(payer.tenant)
        return payer

    def counted_address(self, exchange: Exchange) -> str:
        """The network that a request without a key comes from; raises `RateLimitExceeded` where too many do."""
        address = self._address(exchange)
        self._limiter.take(self._at(address).name)
        return _network(address)

    async def count(self, exchange: Asking, user_id: str) -> None:
        """Count a request of this person, or of nobody in particular from its address; raises `RateLimitExceeded`."""
        name = f"user:{user_id}" if user_id else self._at(self._address(exchange)).name
        self._limiter.take(name)
        if self._limiter.shared:
            await self._limiter.take_shared(name)

    async def _payer(self, exchange: Exchange) -> Payer:
        key, header = key_in(exchange.heads)
        payer = await self._owner(key, header) if key else None
        if payer is not None:
            return payer
        if self._required:
            raise Unauthenticated("A key is needed: Authorization: Bearer KEY.", field=_AUTHORIZATION)
        return self._at(self._address(exchange))

    async def _owner(self, key: bytes, header: str) -> Payer | None:
        """None for the token of the role anon, and for a key that nobody here has given out."""
        # Looked up by its digest, so that the time taken tells nothing about the key.
        payer = self._keys.get(hashlib.sha256(key).digest())
        if payer is not None:
            return payer
        caller = await self._admission.bearer(key.decode("latin-1"), Scope.CODE) if self._admission else None
        if caller is None and self._keys:
            raise Unauthenticated("The key is not known.", field=header)
        if caller is None or not caller.user_id:
            return None
        person = f"user:{caller.user_id}"
        name = f"key:{caller.key_id}" if caller.key_id else person
        return Payer(name=name, tenant=person, user_id=caller.user_id)

    def _at(self, address: str) -> Payer:
        payer = self._by_address.get(address)
        if payer is None:
            name = f"address:{_network(address)}"
            payer = Payer(name=name, tenant=name)
            if len(self._by_address) >= self._max_known:
                self._by_address.clear()
            self._by_address[address] = payer
        return payer

    def _address(self, exchange: Asking) -> str:
        """The nearest address that is no trusted proxy's."""
        client = exchange.scope.get("client")
        address = client[0].removeprefix(_MAPPED) if client else _UNKNOWN_ADDRESS
        forwarded = exchange.heads.get(b"x-forwarded-for")
        if forwarded is None or address not in self._proxies:
            return address
        hops = [_bare(hop.strip()) for hop in forwarded.decode("latin-1").split(",")]
        nearest = next((hop for hop in reversed(hops) if hop not in self._proxies), address)
        # What stands before one that nobody understands may be the client's own invention.
        return nearest if _is_address(nearest) else address


def key_in(heads: Mapping[bytes, bytes]) -> tuple[bytes, str]:
    """What stands behind Bearer, else in x-api-key, and the header that it came in; nothing where neither is there."""
    given = heads.get(b"authorization", b"")
    if given[: len(_BEARER)].lower() == _BEARER:
        return given[len(_BEARER) :].strip(), _AUTHORIZATION
    return heads.get(b"x-api-key", b"").strip(), _API_KEY


def _keys_of(text: str) -> Mapping[bytes, Payer]:
    """Raises `ConfigurationInvalid` for a key without a name, without repeating it."""
    found: dict[bytes, Payer] = {}
    for number, entry in enumerate(listed(text), start=1):
        name, _, key = (part.strip() for part in entry.partition("="))
        if not key or not name.isprintable() or not 0 < len(name) <= _LONGEST_KEY_NAME:
            raise ConfigurationInvalid(f"api.keys: entry {number} is not NAME=KEY", field="api.keys")
        found[hashlib.sha256(key.encode()).digest()] = Payer(name=f"key:{name}", tenant=f"key:{name}")
    return found


def _bare(hop: str) -> str:
    """Without the port that some proxies write behind it."""
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    return hop.removeprefix(_MAPPED)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _network(address: str) -> str:
    """One customer has many addresses of the sixth version: the first half of it says whose it is."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return _UNKNOWN_ADDRESS
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
