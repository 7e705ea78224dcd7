"""Hands the rows of the streams to a speaker, and says so where none come."""

import asyncio
from collections import Counter
from contextlib import aclosing
from typing import TextIO

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.viewing.describing import counted, introduction
from nexy_client.stream_cli.viewing.lines import Speaker
from nexy_client.stream_cli.viewing.silence import Silence
from nexy_client.stream_cli.viewing.watched import Losses, Watched
from nexy_protocol.frame import Frame

_MS = 1000
_TICK_S = 0.5


class LinesWatcher:
    """A line each second."""

    def __init__(self, watched: Watched, out: TextIO, words: Catalogue, *, sentences: bool) -> None:
        self._watched = watched
        self._out = out
        self._words = words
        self._sentences = sentences
        self._speaker = Speaker(out, words, sentences=sentences)
        self._silence = Silence(watched.answer.lines_dt / (watched.speed or 1.0), live=watched.live)
        self._losses = Losses()
        self._rows: Counter[int] = Counter()
        self._extent: tuple[int, int] | None = None
        self._idle = 0

    async def run(self) -> None:
        """To the end of the stream; however it ends, that is told."""
        self._say(introduction(self._watched, self._words))
        self._speaker.head()
        try:
            await self._read_and_tick()
        except ExceptionGroup as several:
            raise several.exceptions[0] from None
        finally:
            self._speaker.finish()
            self._say(self._end())

    async def _read_and_tick(self) -> None:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(self._read())
            while not reading.done():
                await asyncio.wait({reading}, timeout=_TICK_S)
                self._tick()

    async def _read(self) -> None:
        running = asyncio.Event()
        running.set()
        async with aclosing(self._watched.paced(running)) as frames:
            async for stream, frame in frames:
                self._take(stream, frame)

    def _take(self, stream: int, frame: Frame) -> None:
        lost, peak = self._losses.before(frame, stream), self._watched.peak(frame)
        if peak is None:
            return
        row = frame.rows[0]
        begin, end = self._extent or (row.startTimestamp, row.endTimestamp)
        self._extent = (min(begin, row.startTimestamp), max(end, row.endTimestamp))
        self._rows[stream] += 1
        self._idle = 0
        self._silence.came(row.endTimestamp)
        self._speaker.add(peak, row.startTimestamp, frame.current_max_amp, lost)

    def _tick(self) -> None:
        """What has been heard is told before it gets old, and that nothing comes as well."""
        self._idle += 1
        if self._idle * _TICK_S > 1.0:
            self._speaker.finish()
        if self._silence.due():
            self._say(self._nothing())

    def _nothing(self) -> str:
        words, age = self._words, self._silence.age_s
        told = words.text("view.nothing", time=counted(words, "seconds", round(self._silence.seconds)))
        if age is not None:
            return words.text("view.nothing_age", sentence=told, age=counted(words, "seconds", round(age)))
        return told if self._rows else words.text("view.nothing_yet", sentence=told)

    def _end(self) -> str:
        words, (begin, end) = self._words, self._extent or (0, 0)
        lost = self._losses.total
        return words.text(
            "view.done",
            seconds=counted(words, "seconds", round((end - begin) / _MS)),
            rows=counted(words, "rows", max(self._rows.values(), default=0)),
            lost=counted(words, "lost", lost) if lost else words.text("view.none_lost"),
        )

    def _say(self, sentence: str) -> None:
        if self._sentences:
            self._out.write(sentence + "\n")
            self._out.flush()
