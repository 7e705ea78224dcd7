"""Tells a server that wants TLS from one that is just not there: for the sentence only, nothing is sent over it."""

import socket
import ssl

from nexy_client.streams.address import Address

_PROBE_SECONDS = 2.0


def speaks_tls(address: Address) -> bool:
    """Whether a TLS handshake succeeds; its certificate does not matter here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    try:
        plain = socket.create_connection((address.host, address.port), timeout=_PROBE_SECONDS)
        with plain, context.wrap_socket(plain):
            return True
    except OSError:
        return False
