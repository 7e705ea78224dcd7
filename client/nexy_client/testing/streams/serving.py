"""The whole server of one playbook: both doors, and ports on which nothing answers."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from nexy_client.testing.streams.answer import HOST
from nexy_client.testing.streams.fault_server import start_grpc
from nexy_client.testing.streams.focus_rest import FocusRest
from nexy_client.testing.streams.playbook import Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where the doors are; the configure answer names the stream's port by itself."""

    rest_url: str
    stream_port: int


@contextmanager
def serve_playbook(playbook: Playbook) -> Iterator[Served]:
    """Serve on free loopback ports until the block is left; calls that still run are cut."""
    with ExitStack() as stack:
        port = _stream_port(playbook, stack)
        rest = FocusRest(playbook, port)
        stack.callback(rest.close)
        yield Served(rest_url=rest.url, stream_port=port)


def _stream_port(playbook: Playbook, stack: ExitStack) -> int:
    if playbook.silent or playbook.closed:
        return _mute_port(stack, listens=playbook.silent)
    server, port = start_grpc(playbook)
    stack.callback(lambda: server.stop(None).wait())
    return port


def _mute_port(stack: ExitStack, *, listens: bool) -> int:
    """A port that accepts connections and says nothing, or one that is taken and refuses them."""
    mute = stack.enter_context(closing(socket.socket()))
    mute.bind((HOST, 0))
    if listens:
        mute.listen(16)
    port: int = mute.getsockname()[1]
    return port
