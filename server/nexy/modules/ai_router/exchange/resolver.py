"""A guard on names: what an address check at start cannot see is seen when the name is resolved."""

import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from nexy.config.ai_router_section import WordsConfig
from nexy.modules.ai_router.exchange.address import is_private


class PrivateAddress(OSError):
    """The name leads to private addresses only."""


class GuardedResolver(AbstractResolver):
    """Hides private addresses from the connector, so that a name that changes its mind reaches nothing inside.

    The host and port of a configured Ollama are meant to be near and stay open.
    """

    def __init__(self, inner: AbstractResolver, near: tuple[str | None, int | None]) -> None:
        self._inner = inner
        self._near = near

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of the host; raises `PrivateAddress` when there is none."""
        found = await self._inner.resolve(host, port, family)
        if (host, port) == self._near:
            return found
        public = [one for one in found if not is_private(one["host"])]
        if not public:
            raise PrivateAddress(None, "The name leads to private addresses only.")
        return public

    async def close(self) -> None:
        """Close the resolver that does the work."""
        await self._inner.close()


def resolver_of(limits: WordsConfig) -> AbstractResolver:
    """The resolver that the configuration asks for; call it inside the running loop."""
    plain = aiohttp.DefaultResolver()
    if limits.allow_private_addresses:
        return plain
    return GuardedResolver(plain, _near(limits.ollama.base_url.strip()))


def _near(base: str) -> tuple[str | None, int | None]:
    try:
        url = URL(base)
    except ValueError:
        return None, None
    return url.raw_host, url.port
