"""Where a server is, in whatever form it was told."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from nexy_client.channel import TLS_PORT
from nexy_client.streams.failure import AddressInvalid

_PLAIN_SCHEMES = ("grpc", "http")
_TLS_SCHEMES = ("grpcs", "https")
_HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Host and port; `tls` where anything at all asks for it."""

    host: str
    port: int
    tls: bool

    @property
    def target(self) -> str:
        """host:port, with an IPv6 host in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine itself, by its usual name or by number."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse_address(url: str, port: int | str | None = None, *, use_tls: bool = False) -> Address:
    """Read a bare host, host:port, or either with a scheme; a path behind it is ignored, `port` wins.

    TLS is on where `use_tls`, the scheme (https, grpcs) or port 443 asks for it; nothing turns it off again.
    Raises `AddressInvalid`.
    """
    text = url.strip()
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() not in _PLAIN_SCHEMES + _TLS_SCHEMES:
        known = ", ".join(f"{one}://" for one in _PLAIN_SCHEMES + _TLS_SCHEMES)
        raise AddressInvalid(f"{url!r}: the scheme {scheme!r} is not known; give a bare host or one of {known}")
    host, own_port = _split(rest if separator else text, url)
    number = _port_number(port, url) if port is not None else own_port
    if number is None:
        raise AddressInvalid(f"{url!r} has no port; give it as the second argument (stream_port of the answer)")
    _check_host(host, url)
    asked = use_tls or (bool(separator) and scheme.lower() in _TLS_SCHEMES)
    return Address(host=host, port=number, tls=asked or number == TLS_PORT)


def _split(text: str, url: str) -> tuple[str, int | None]:
    if text.count(":") > 1 and not text.startswith("["):
        return text.rstrip("/"), None
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError as wrong:
        raise AddressInvalid(f"{url!r} is no address ({wrong}); give it as host, or host:port") from wrong
    if not host or parts.username is not None or any(mark.isspace() for mark in host):
        raise AddressInvalid(f"{url!r} names no host; give it as host, or host:port")
    return host, None if port is None else _port_number(port, url)


def _check_host(host: str, url: str) -> None:
    """Sockets would raise an error of their own kind, and only with the first call."""
    try:
        host.encode("idna")
    except UnicodeError as wrong:
        raise AddressInvalid(f"{url!r} names no host ({wrong}); is it spelt right?") from wrong


def _port_number(port: int | str, url: str) -> int:
    try:
        number = int(port)
    except ValueError:
        number = 0
    if not 0 < number <= _HIGHEST_PORT:
        raise AddressInvalid(f"port {port!r} for {url!r}: a port is a number from 1 to {_HIGHEST_PORT}")
    return number
