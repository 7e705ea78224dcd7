"""A folder into which a recorder writes files: a live source that grows by whole files."""

import dataclasses
from collections import deque
from pathlib import Path

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.streams import SourceFacts
from nexy.modules.sensor_streams.sources.clip import check_span
from nexy.modules.sensor_streams.sources.clip_opening import existing
from nexy.modules.sensor_streams.sources.das_library import NotReadable
from nexy.modules.sensor_streams.sources.errors import broken, refused, waiting
from nexy.modules.sensor_streams.sources.folder_options import FolderOptions
from nexy.modules.sensor_streams.sources.live_clock import NANOSECONDS, NowNs
from nexy.modules.sensor_streams.sources.sample_source import Samples
from nexy.modules.sensor_streams.sources.settling import Settling
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.sources.still_source import clip_facts
from nexy.modules.sensor_streams.sources.survey import check_alive, survey
from nexy.modules.sensor_streams.sources.timeline import Timeline


class GrowingFolder:
    """Counts samples from the first file that was there when it was opened; times are the files' own.

    A file that stays unreadable is left out, and its time is a gap; one of another rate or of other channels, an
    overlap, or a gap that may not be filled breaks the source: what was there before stays readable.
    """

    def __init__(self, spec: SourceSpec, options: FolderOptions, now_ns: NowNs) -> None:
        """Raises `Unavailable` where no complete recording is there yet, `ValidationFailed` for what is wrong."""
        self._name = spec.name
        self._options = options
        self._now_ns = now_ns
        self._folder = _folder(spec)
        self._settling = Settling(self._folder, options.settle_seconds)
        self._left_out: deque[str] = deque(maxlen=5)
        self._broken = ""
        self._next_look_ns = 0
        try:
            self._timeline = self._first_timeline()
        except NotReadable as failed:
            raise refused(self._name, str(failed)) from failed
        self._look(now_ns())
        found = survey(self._timeline)
        # Judged by what is there at opening: later files are not surveyed.
        check_alive(spec.name, found, allow_dead=options.clip.allow_dead)
        self._facts = clip_facts(spec, self._timeline.shape, found, options.clip.first_channel, live=True)

    @property
    def facts(self) -> SourceFacts:
        """As found at opening, with the gaps and files left out so far."""
        told = self._timeline.shape.description
        if self._left_out:
            told += f"; left out: {', '.join(self._left_out)}"
        return dataclasses.replace(
            self._facts, description=told, delivers_in_pieces_s=self._timeline.longest_file_seconds
        )

    def available(self) -> int:
        """Looks into the folder, at most every `poll` seconds. Raises `SourceBroken` where it cannot go on."""
        now = self._now_ns()
        if not self._broken and now >= self._next_look_ns:
            self._look(now)
        if self._broken:
            raise broken(self._name, self._broken)
        return self._timeline.end

    def read(self, first_sample: int, samples: int, first_channel: int, channels: int) -> Samples:
        """[channels][samples]; gaps are NaN."""
        check_span(self._facts, self._timeline.end, first_sample, samples, (first_channel, channels))
        if first_sample < self._timeline.first_kept:
            raise ValidationFailed(
                f"sample {first_sample} of source '{self._name}' is older than the files it keeps", field="samples"
            )
        return self._timeline.read(first_sample, samples, first_channel - self._facts.lowest_channel, channels)

    def close(self) -> None:
        """Close the file that is open."""
        self._timeline.close()

    def _first_timeline(self) -> Timeline:
        now = self._now_ns()
        rested = self._settling.settled(now)
        if not rested:
            raise waiting(self._name, f"the folder '{self._folder.name}' {self._settling.why_nothing(now)}")
        problem = ""
        for path in rested:
            try:
                timeline = Timeline(self._name, path, self._options.clip, self._options.keep)
            except NotReadable as failed:
                problem = str(failed)
                self._leave_out(path)
                continue
            self._settling.take(path)
            return timeline
        raise NotReadable(f"the folder '{self._folder.name}' holds no readable recording: {problem}")

    def _look(self, now: int) -> None:
        self._next_look_ns = now + round(self._options.poll_seconds * NANOSECONDS)
        try:
            for path in self._settling.settled(now):
                if not self._joined(path, now):
                    return
        except NotReadable as failed:
            self._broken = str(failed)

    def _joined(self, path: Path, now: int) -> bool:
        """Whether to go on with the next file; raises `NotReadable` where this one can never fit."""
        try:
            part = self._timeline.scan(path)
        except NotReadable:
            if self._settling.rested_ns(path, now) < self._options.patience_seconds * NANOSECONDS:
                return False
            self._leave_out(path)
            return True
        self._timeline.append(part)
        self._settling.take(path)
        return True

    def _leave_out(self, path: Path) -> None:
        self._left_out.append(path.name)
        self._settling.take(path)


def _folder(spec: SourceSpec) -> Path:
    path = existing(spec)
    if not path.is_dir():
        raise refused(spec.name, f"{path.name} is a file, not a folder (kind 'recording' opens a file)")
    return path
