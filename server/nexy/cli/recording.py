"""Samples of a source, on their way into a file."""

import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nexy.cli.recording_file import Axis, RecordingFile
from nexy.cli.surroundings import Surroundings
from nexy.contracts.errors import Unavailable
from nexy.messages.catalogue import Catalogue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nexy.contracts.streams import SourceFacts
    from nexy.modules.sensor_streams.sources.sample_source import SampleSource
    from nexy.modules.sensor_streams.sources.spec import SourceSpec

_READ_BYTES = 16 * 1024 * 1024
_LOOK_AGAIN_SECONDS = 0.05
_NANO = 1e9
_OF_SAMPLES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What lies in the file; `cut` where somebody stopped it, `short` where the source holds less than was asked for.

    `shape`: samples and channels, or rows, channels and frequency bins.
    """

    name: str
    seconds: float
    file: Path
    shape: tuple[int, ...]
    cut: bool
    short: bool = False


class Progress(Protocol):
    """Told how much there is so far."""

    def __call__(self, done: int) -> None:
        """So many of all."""
        ...


@contextmanager
def progress_bar(title: str, total: int) -> Iterator[Progress]:
    """A bar on the terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    with Bar(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)


def print_recorded(recorded: Recorded, words: Catalogue) -> None:
    """What was recorded, in one line, and whether it was cut short."""
    key = "stream.of_samples" if len(recorded.shape) == _OF_SAMPLES else "stream.of_rows"
    shape = words.text(key, **dict(zip("abc", recorded.shape, strict=False)))
    seconds = f"{recorded.seconds:g}"
    print(words.text("stream.recorded", seconds=seconds, name=recorded.name, file=recorded.file, shape=shape))
    if recorded.short:
        print(words.text("stream.short", name=recorded.name, seconds=seconds), file=sys.stderr)
    elif recorded.cut:
        print(words.text("stream.cut"), file=sys.stderr)


def record_samples(spec: "SourceSpec", seconds: float, file: RecordingFile, surroundings: Surroundings) -> Recorded:
    """A live source from now on, another from its beginning to its end at most; Ctrl-C keeps what there is.

    Raises what opening the source raises, `Unavailable` where a live one gives nothing.
    """
    from nexy.modules.sensor_streams.sources.opening import open_source

    with closing(open_source(spec)) as source:
        facts = source.facts
        first = source.available() if facts.live else 0
        asked = max(1, round(seconds * facts.sample_rate_hz))
        wanted = asked if facts.live else min(asked, source.available())
        with file.values((wanted, facts.channels)) as values:
            patience = surroundings.config.sensor_streams.stream_inactivity_seconds
            taking = _Taking(source, first, values, patience, surroundings.words)
            title = surroundings.words.text("stream.recording", name=facts.name)
            with progress_bar(title, wanted) as told:
                cut = taking.take(told)
            ended = source.facts.samples is not None and taking.done < asked
            file.write(values[: taking.done], _axes(facts, first), facts.unit, tag="samples")
    return Recorded(
        name=facts.name, seconds=taking.done / facts.sample_rate_hz, file=file.target,
        shape=(taking.done, facts.channels), cut=cut, short=ended and (not cut or facts.live),
    )  # fmt: skip


def _axes(facts: "SourceFacts", first: int) -> tuple[Axis, Axis]:
    start_ns = facts.start_ns + round(first / facts.sample_rate_hz * _NANO)
    time_axis = Axis(name="time", first=start_ns, step=_NANO / facts.sample_rate_hz)
    return time_axis, Axis(name="distance", first=facts.fiber_start_m, step=facts.distance_step_m or 1.0)


class _Taking:
    """Copies samples as they come; `done` of them are there."""

    def __init__(
        self,
        source: "SampleSource",
        first: int,
        values: "NDArray[np.float32]",
        patience: float,
        words: Catalogue,
    ) -> None:
        self._source = source
        self._first = first
        self._values = values
        self._patience = patience
        self._words = words
        self.done = 0

    def take(self, told: Progress) -> bool:
        """Everything that is wanted; true where it was stopped before that. Raises `Unavailable`."""
        try:
            while self.done < len(self._values) and self._wait():
                self._copy()
                told(self.done)
        except KeyboardInterrupt:
            if not self.done:
                raise
        return self.done < len(self._values)

    def _ready(self) -> int:
        return self._source.available() - self._first - self.done

    def _wait(self) -> bool:
        """Until there is more; false where nothing more will come."""
        given_up = time.monotonic() + self._patience
        while self._ready() <= 0:
            if self._source.facts.samples is not None:
                return False
            if time.monotonic() > given_up:
                if self.done:
                    return False
                raise Unavailable(self._words.text("stream.silent", seconds=f"{self._patience:g}"))
            time.sleep(_LOOK_AGAIN_SECONDS)
        return True

    def _copy(self) -> None:
        facts = self._source.facts
        most = max(1, _READ_BYTES // (4 * facts.channels))
        count = min(self._ready(), most, len(self._values) - self.done)
        read = self._source.read(self._first + self.done, count, facts.lowest_channel, facts.channels)
        self._values[self.done : self.done + count] = read.T
        self.done += count
