"""Tells a gRPC port from one that is just not there: for the sentence only."""

import socket
import ssl

from nexy_client.streams.address import Address

_PROBE_SECONDS = 2.0
_SETTINGS = 4
_HEADER_BYTES = 9
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, _SETTINGS, 0, 0, 0, 0, 0))


def speaks_http2(address: Address) -> bool:
    """Whether the port answers HTTP/2 with its settings, as gRPC does; its certificate does not matter here."""
    try:
        plain = socket.create_connection((address.host, address.port), timeout=_PROBE_SECONDS)
        with plain, _wrapped(plain, address) as sock:
            sock.sendall(_GREETING)
            return _is_settings(_first_bytes(sock))
    except OSError:
        return False


def _wrapped(plain: socket.socket, address: Address) -> socket.socket:
    if not address.tls:
        return plain
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    return context.wrap_socket(plain)


def _first_bytes(sock: socket.socket) -> bytes:
    came = b""
    while len(came) < _HEADER_BYTES and (more := sock.recv(_HEADER_BYTES - len(came))):
        came += more
    return came


def _is_settings(header: bytes) -> bool:
    """A SETTINGS frame of the connection: its type, no flags, stream 0."""
    return len(header) == _HEADER_BYTES and header[3:] == bytes((_SETTINGS, 0, 0, 0, 0, 0))
