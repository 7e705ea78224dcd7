"""What the server that runs on this NEXY_HOME says of itself."""

import json
import urllib.error
import urllib.request
from typing import Any

from nexy.contracts.errors import Unavailable
from nexy.utils.addresses import reachable
from nexy.utils.run_file import RunningServer

_PATIENCE_SECONDS = 5


def status_of(server: RunningServer) -> dict[str, Any]:
    """Its `/status`; raises `Unavailable` where it does not answer."""
    address = server.doors["http"]
    try:
        with urllib.request.urlopen(f"http://{reachable(address)}/status", timeout=_PATIENCE_SECONDS) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer
    except (urllib.error.URLError, OSError, ValueError) as problem:
        raise Unavailable(f"the server at {address} does not answer: {problem}") from problem
