"""`view`: the fibre now, in the terminal or as lines."""

import asyncio
import math
import sys
from argparse import Namespace
from contextlib import suppress

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.invocation import Invocation
from nexy_client.stream_cli.ordering import wanted
from nexy_client.stream_cli.preparing import prepared
from nexy_client.stream_cli.problem import CannotDo, cannot
from nexy_client.stream_cli.viewing.bands import Bands
from nexy_client.stream_cli.viewing.lines_watcher import LinesWatcher
from nexy_client.stream_cli.viewing.screen_watcher import ScreenWatcher
from nexy_client.stream_cli.viewing.terminal import can_draw
from nexy_client.stream_cli.viewing.watched import Watched
from nexy_client.streams.async_grpc_stream_client import AsyncGrpcStreamClient
from nexy_client.streams.failure import StreamError
from nexy_client.validation.checker.configuring import Configured, configure, focus_client
from nexy_client.validation.checker.order import CheckOrder

_WEEK_S = 604_800.0
_PROGRAM_GAP_S = 15.0


def view(options: Namespace, call: Invocation, words: Catalogue) -> int:
    """Show until the stream or the person ends it; raises `CannotDo`."""
    want = wanted(options, call, words)
    order = CheckOrder(
        api=want.api,
        job=want.job,
        seconds=_WEEK_S,
        frames=options.frames,
        encoding=options.encoding,
        security=want.security,
        api_key=want.api_key,
    )
    try:
        asyncio.run(_View(prepared(order, want, words), options, call, words).run())
    except StreamError as error:
        raise cannot(error, order.api, words) from error
    return 0


class _View:
    def __init__(self, order: CheckOrder, options: Namespace, call: Invocation, words: Catalogue) -> None:
        self._order = order
        self._options = options
        self._call = call
        self._words = words
        self._on_screen = not options.lines and can_draw(call.out, call.environment)
        # A person who has a terminal without a movable cursor is told in sentences.
        self._sentences = bool(options.lines or (call.out.isatty() and not self._on_screen))

    async def run(self) -> None:
        """Make the job, show it, and end it if it is ours."""
        focus = focus_client(self._order)
        configured = await asyncio.to_thread(configure, focus, self._order)
        try:
            await self._show(configured)
        finally:
            if configured.ours:
                with suppress(StreamError):
                    await asyncio.to_thread(focus.end_job, configured.answer.job_id)

    async def _show(self, configured: Configured) -> None:
        streams = configured.answer.stream_amount
        wish = self._options.stream
        if wish is not None and not wish < streams:
            raise CannotDo(self._words.text("view.no_stream", number=wish, last=streams - 1))
        security = self._order.security
        client = AsyncGrpcStreamClient(
            stream_timeout=_WEEK_S,
            # A source that pauses is no failure to whoever sees that it does; a program wants to know.
            gap_timeout=_WEEK_S if self._on_screen or self._sentences else _PROGRAM_GAP_S,
            use_tls=security.tls,
            ca_certificate=security.ca,
            server_name=security.server_name or None,
            metadata=self._order.metadata,
        )
        await client.connect(*configured.address)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._options.seconds):
                    await self._watcher(configured, client).run()
        finally:
            await client.disconnect()

    def _watcher(self, configured: Configured, client: AsyncGrpcStreamClient) -> LinesWatcher | ScreenWatcher:
        live, answer = configured.asked.is_live is not False, configured.answer
        watched = Watched(
            client=client,
            answer=answer,
            bands=Bands(centres=answer.frequencies_list),
            source=configured.source,
            streams=self._streams(answer.stream_amount),
            frames=self._options.frames,
            encoding=self._options.encoding,
            speed=0.0 if live else self._speed(),
            live=live,
            seconds=self._options.seconds or math.inf,
        )
        if not self._on_screen:
            return LinesWatcher(watched, self._call.out, self._words, sentences=self._sentences)
        colours = self._call.colours(self._options.color, self._call.out)
        return ScreenWatcher(watched, self._call.out, sys.stdin, self._words, colours=colours)

    def _streams(self, amount: int) -> tuple[int, ...]:
        """Lines look at all, a picture at one."""
        if self._options.stream is not None:
            return (self._options.stream,)
        return (0,) if self._on_screen else tuple(range(max(amount, 1)))

    def _speed(self) -> float:
        """People see and hear a recording as it was; a program has no time to lose."""
        if self._options.speed is not None:
            return float(self._options.speed)
        return 1.0 if self._on_screen or self._sentences else 0.0
