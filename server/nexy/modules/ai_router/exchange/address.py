"""Where requests may go and with which key, checked before the first one, whatever the provider."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from yarl import URL

from nexy.contracts.errors import ConfigurationInvalid

_NAT64 = IPv6Network("64:ff9b::/96")
_PRIVATE = (
    "is on this machine or in a private network, which ai_router.allow_private_addresses forbids; "
    "if that is where it is meant to be, set LLM_ALLOW_PRIVATE_ADDRESSES=true"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A configured value as an operator knows it: its key's path and its variable."""

    path: str
    variable: str

    def refused(self, problem: str) -> ConfigurationInvalid:
        """The error that names the value without repeating it: it may hold a password."""
        return ConfigurationInvalid(f"{self.path} ({self.variable}) {problem}", field=self.path)


def checked_base(value: str, default: str, named: Named, *, allow_private: bool) -> str:
    """The base address without a closing slash; raises `ConfigurationInvalid` for one that cannot be used.

    A name that leads to a private address is found when it is resolved, see `exchange/resolver.py`.
    """
    base = value.strip() or default
    problem = _problem_of(base) or ("" if allow_private else _private_host(base))
    if problem:
        raise named.refused(problem)
    return base.rstrip("/")


def checked_key(value: str, named: Named) -> str:
    """The key without the space around it; raises `ConfigurationInvalid` for one that would break a header."""
    key = value.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise named.refused("holds characters that no key has")
    return key


def is_private(address: str) -> bool:
    """Whether an IP address is anything but a public one, also where it is wrapped into IPv6."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    return not _unwrapped(known).is_global or known.is_multicast


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


def _problem_of(base: str) -> str:
    try:
        parts = urlsplit(base)
        hostname, _ = parts.hostname, parts.port
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("http", "https"):
        return "must begin with http:// or https://"
    if not hostname or any(char.isspace() for char in base):
        return "names no host"
    return _surplus_of(parts)


def _surplus_of(parts: SplitResult) -> str:
    if parts.username is not None or parts.password is not None:
        return "must not carry a password; the key has a variable of its own"
    if parts.query or parts.fragment:
        return "must not have a query or a fragment"
    return ""


def _private_host(base: str) -> str:
    """The host as the HTTP client will read it: other alphabets' digits and short forms of IPv4 mean addresses too."""
    try:
        host = URL(base).raw_host or ""
    except ValueError:
        return "is not an address"
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return _PRIVATE
    literal = _literal(name)
    return _PRIVATE if literal and is_private(literal) else ""


def _literal(host: str) -> str:
    """The IP address that a host is written as, in any of the forms that sockets take; empty for a name."""
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return ""
