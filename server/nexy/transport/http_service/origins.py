"""Pages of which addresses may ask; any other is refused in words that name the setting, and told in the log."""

import logging
import re
from collections.abc import Sequence

from nexy.contracts.clock import Clock
from nexy.contracts.errors import ConfigurationInvalid, PermissionDenied, RateLimitExceeded
from nexy.utils.rate_limiter import RateLimiter
from nexy.utils.shown import shown

VARIABLE = "API_ALLOWED_ORIGINS"
_EVERYTHING, _NO_ORIGIN, _ANY_PORT = "*", "null", ":*"
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@,*]+")
_PORT = re.compile(r"(?::[0-9]{1,5})?")
# A page asks again and again, and may be one of many: the log has room for these.
_LINES_AT_ONCE, _LINES_PER_SECOND = 5, 0.1
_log = logging.getLogger("nexy.http")


def listed(text: str) -> Sequence[str]:
    """The members of a list that is separated by commas."""
    return tuple(filter(None, (part.strip() for part in text.split(","))))


class Origins:
    """Scheme, host and port, as browsers send them; `:*` is any port, `null` a page from a file, `*` everything.

    Nobody's page is allowed unless it is named, those of this machine neither: any program on it may show one.
    """

    def __init__(self, text: str, clock: Clock) -> None:
        """Raises `ConfigurationInvalid` for an origin that is none."""
        origins = [origin.lower().rstrip("/") for origin in listed(text)]
        for origin in origins:
            _refuse_wrong(origin)
        self._exact = frozenset(origin for origin in origins if not origin.endswith(_ANY_PORT))
        self._of_any_port = tuple(origin.removesuffix(_ANY_PORT) for origin in origins if origin.endswith(_ANY_PORT))
        self._lines = RateLimiter(_LINES_PER_SECOND, _LINES_AT_ONCE, 1, clock)

    def refuse_strange(self, origin: str) -> None:
        """Raise `PermissionDenied` for a page that is not allowed; the origin is in small letters."""
        if origin in self._exact or _EVERYTHING in self._exact or self._has_any_port(origin):
            return
        page = shown(origin) or _NO_ORIGIN
        self._tell(page)
        raise PermissionDenied(
            f"This server does not answer pages of {page}; who runs it can add that to {VARIABLE}.", field="Origin"
        )

    def _has_any_port(self, origin: str) -> bool:
        return any(origin.startswith(one) and _PORT.fullmatch(origin, len(one)) for one in self._of_any_port)

    def _tell(self, page: str) -> None:
        try:
            self._lines.take("")
        except RateLimitExceeded:
            return
        context = {"origin": page, "setting": VARIABLE}
        _log.warning("a page of another address was refused", extra={"decision": "abort", "ctx": context})


def _refuse_wrong(origin: str) -> None:
    if origin not in (_EVERYTHING, _NO_ORIGIN) and not _ORIGIN.fullmatch(origin.removesuffix(_ANY_PORT)):
        raise ConfigurationInvalid(
            f"api.allowed_origins ({VARIABLE}): {shown(origin)} is no origin; "
            f"write https://app.example.com, with :PORT if it has one (:* for any), or * for all",
            field="api.allowed_origins",
        )
