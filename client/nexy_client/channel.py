"""The connection to a server."""

from dataclasses import dataclass

import grpc

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
TLS_PORT = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """An encrypted connection; without `root_certificates` (PEM) the usual authorities are trusted.

    `server_name` is the name that the certificate must carry where it differs from the host that is dialled.
    """

    root_certificates: bytes | None = None
    server_name: str = ""


def tls_for(target: str, tls: Tls | None) -> Tls | None:
    """What was asked for; port 443 is encrypted unasked."""
    if tls is None and target.rpartition(":")[2] == str(TLS_PORT):
        return Tls()
    return tls


def open_channel(target: str, tls: Tls | None = None) -> grpc.aio.Channel:
    """A channel to `target` (host:port), to be made inside the running loop; it connects with its first call."""
    # What we send is not bounded here: how much is too much is the server's to say.
    options: list[tuple[str, int | str]] = [("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)]
    encrypted = tls_for(target, tls)
    if encrypted is None:
        return grpc.aio.insecure_channel(target, options=options)
    if encrypted.server_name:
        options.append(("grpc.ssl_target_name_override", encrypted.server_name))
    credentials = grpc.ssl_channel_credentials(root_certificates=encrypted.root_certificates)
    return grpc.aio.secure_channel(target, credentials, options=options)
