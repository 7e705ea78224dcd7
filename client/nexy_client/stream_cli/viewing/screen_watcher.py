"""Hands the rows of a stream to a screen, and heeds the keys."""

import asyncio
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, aclosing
from typing import TextIO

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.viewing.describing import channels_shown, level_unit, title
from nexy_client.stream_cli.viewing.history import History
from nexy_client.stream_cli.viewing.screen import Scene, Screen, State
from nexy_client.stream_cli.viewing.silence import Silence
from nexy_client.stream_cli.viewing.terminal import own_screen, single_keys
from nexy_client.stream_cli.viewing.watched import Losses, Watched
from nexy_client.streams.failure import StreamError
from nexy_client.validation.outputs.colours import levels
from nexy_protocol.frame import Frame

_DRAW_EVERY_S = 0.1
_FASTEST_S, _SLOWEST_S = 0.02, 10.0
_RATE_FRAMES = 64


class ScreenWatcher:
    """A waterfall, drawn ten times a second from what has come; keys are heeded where there is a keyboard."""

    def __init__(self, watched: Watched, out: TextIO, keyboard: TextIO, words: Catalogue, *, colours: bool) -> None:
        self._watched = watched
        self._out = out
        self._keyboard = keyboard
        self._screen = Screen(_scene(watched, words), words, colours=colours)
        self._history = History(max(_DRAW_EVERY_S, watched.answer.lines_dt))
        self._state = State()
        self._losses = Losses()
        self._silence = Silence(watched.answer.lines_dt / (watched.speed or 1.0), live=watched.live)
        self._arrivals: deque[float] = deque(maxlen=_RATE_FRAMES)
        self._running = asyncio.Event()
        self._quit = asyncio.Event()
        self._failure: StreamError | None = None

    async def run(self) -> None:
        """Until q; a stream that has ended stays on the screen."""
        self._running.set()
        with ExitStack() as stack:
            stack.enter_context(own_screen(self._out))
            self._heed_signals(stack)
            keys = stack.enter_context(single_keys(self._keyboard))
            if keys is not None:
                self._listen(keys, stack)
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read())
                await self._draw_until_quit(stays=keys is not None, reading=reading)
                reading.cancel()
        if self._failure is not None:
            raise self._failure

    def _listen(self, keys: Callable[[], str], stack: ExitStack) -> None:
        loop = asyncio.get_running_loop()
        number = self._keyboard.fileno()
        loop.add_reader(number, lambda: self.pressed(keys()))
        stack.callback(loop.remove_reader, number)

    def _heed_signals(self, stack: ExitStack) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._quit.set)
            stack.callback(loop.remove_signal_handler, number)

    def pressed(self, keys: str) -> None:
        """Do what these keys ask for."""
        for key in keys:
            match key.lower():
                case "q" | "\x1b" | "\x04":
                    self._quit.set()
                case " " | "p":
                    self._pause()
                case "+" | "=":
                    self._rescale(2.0)
                case "-":
                    self._rescale(0.5)
                case "v":
                    self._state.panes = (self._state.panes + 1) % 3

    def _pause(self) -> None:
        self._state.paused = not self._state.paused
        if self._watched.live and not self._state.paused:
            # What came meanwhile was not kept.
            self._history.gap()
            self._arrivals.clear()
        (self._running.clear if self._state.paused else self._running.set)()

    def _rescale(self, factor: float) -> None:
        least = max(_FASTEST_S, self._watched.answer.lines_dt)
        self._history.rescaled(min(max(self._history.seconds_per_line * factor, least), _SLOWEST_S))

    async def _read(self) -> None:
        try:
            async with aclosing(self._watched.paced(self._running)) as frames:
                async for stream, frame in frames:
                    self._take(stream, frame)
            self._state.ended = True
        except StreamError as error:
            # The terminal is put right first; then it is told.
            self._failure = error
            self._quit.set()

    def _take(self, stream: int, frame: Frame) -> None:
        lost = self._losses.before(frame, stream)
        if frame.rows:
            self._silence.came(frame.rows[0].endTimestamp)
        self._state.lost += lost
        if self._state.paused or not frame.rows or not frame.to_numpy().size:
            return
        self._arrivals.append(time.monotonic())
        state = self._state
        state.frame = frame.frame_number
        state.peak = self._watched.peak(frame)
        told = levels(frame.to_numpy(), decibels=self._watched.decibels)
        self._history.add(told, frame.rows[0].startTimestamp, self._watched.bands.steady)

    async def _draw_until_quit(self, *, stays: bool, reading: "asyncio.Task[None]") -> None:
        while not self._quit.is_set():
            self._draw()
            if reading.done() and not stays:
                return
            try:
                async with asyncio.timeout(_DRAW_EVERY_S):
                    await self._quit.wait()
            except TimeoutError:
                continue

    def _draw(self) -> None:
        self._state.rate, size = self._rate(), shutil.get_terminal_size()
        self._state.silent_s = self._silence.seconds
        self._out.write(self._screen.drawn(self._history, self._state, (size.columns, size.lines)))
        self._out.flush()

    def _rate(self) -> float:
        if len(self._arrivals) < 2:
            return 0.0
        lasted = self._arrivals[-1] - self._arrivals[0]
        return (len(self._arrivals) - 1) / lasted if lasted else 0.0


def _scene(watched: Watched, words: Catalogue) -> Scene:
    channels = channels_shown(watched)
    frequencies = watched.answer.frequencies_list or (0.0,)
    return Scene(
        title=title(watched, words),
        channels=(channels[0], channels[-1]),
        frequencies=(min(frequencies), max(frequencies)),
        unit=level_unit(watched, words),
    )
