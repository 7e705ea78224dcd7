"""One HTTP request of an operator check, and what came of it."""

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

MAX_BODY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a URL answered; status 0 when nothing did, and then `reason` says why."""

    status: int
    cache_control: str = ""
    body: bytes = b""
    reason: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """The body as a JSON object, empty when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def fetch(url: str, *, seconds: float, context: ssl.SSLContext, method: str = "GET") -> Reply:
    """Ask once, never through a proxy; `seconds` bound each wait, and the whole body too."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    request = urllib.request.Request(url, method=method)
    try:
        with opener.open(request, timeout=seconds) as answer:
            cache = answer.headers.get("Cache-Control", "")
            return Reply(status=answer.status, cache_control=cache, body=read_body(answer, seconds))
    except urllib.error.HTTPError as refused:
        refused.close()
        return Reply(status=refused.code)
    except (OSError, http.client.HTTPException, ValueError) as broken:
        return Reply(status=0, reason=str(broken))


def read_body(answer: http.client.HTTPResponse, seconds: float) -> bytes:
    """The body, at most 1 MiB of it; raises TimeoutError for one that trickles."""
    body, deadline = b"", time.monotonic() + seconds
    while len(body) < MAX_BODY_BYTES and (piece := answer.read1(65_536)):
        body += piece
        if time.monotonic() > deadline:
            raise TimeoutError("the body does not end")
    return body
