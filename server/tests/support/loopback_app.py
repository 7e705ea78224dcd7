"""An aiohttp application that listens on a free loopback port for the length of a block."""

from dataclasses import dataclass
from typing import Self

from aiohttp import web


@dataclass(kw_only=True)
class LoopbackApp:
    """`async with` it; `port` is the one that it listens on, or that it was given."""

    port: int = 0
    _runner: web.AppRunner | None = None

    def application(self) -> web.Application:
        """What answers."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(
            self.application(), handler_cancellation=True, access_log=None, shutdown_timeout=1.0
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
