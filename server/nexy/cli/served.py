"""What a command asks the running server over /focus-server/*."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from nexy.cli.stream_page import rest_address
from nexy.contracts.errors import Unavailable
from nexy.transport.http_service.focus.shapes import Refusal

S = TypeVar("S", bound=msgspec.Struct)
# A source that is opened for the first time may be large.
_PATIENCE_SECONDS = 90


def ask_focus(doors: Mapping[str, str], path: str, kind: type[S]) -> S:
    """The answer in its shape; raises `Unavailable` with the server's own words where it refuses or is silent."""
    address = f"{rest_address(doors)}/{path}"
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE_SECONDS) as reply:  # noqa: S310  our own address
            return msgspec.json.decode(reply.read(), type=kind)
    except urllib.error.HTTPError as refused:
        raise Unavailable(_words_of(refused)) from refused
    except (urllib.error.URLError, OSError, msgspec.DecodeError) as problem:
        raise Unavailable(f"{address} does not answer: {problem}") from problem


def _words_of(refused: urllib.error.HTTPError) -> str:
    try:
        return msgspec.json.decode(refused.read(), type=Refusal).error
    except (msgspec.DecodeError, OSError):
        return str(refused)
