"""Checks one stream while it flows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from nexy_client.streams.failure import StreamError
from nexy_client.streams.focus_answers import ConfigureAnswer, JobMetadata
from nexy_client.validation.expectation import Asked, expectation_of
from nexy_client.validation.failures import code_of
from nexy_client.validation.finding import Finding, FindingLog
from nexy_client.validation.measures import Measures
from nexy_client.validation.observation import Clock, Observer, now
from nexy_client.validation.report import StreamReport
from nexy_client.validation.rule import Ending, Figure, Rule, Setting
from nexy_client.validation.rules import ALL_RULES
from nexy_client.validation.thresholds import Thresholds
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import Frame


class StreamValidator:
    """Fed with every frame as it comes, in constant memory; `finish` gives the report.

    Make it when the stream is asked for: the wait for the first frame counts from then. `asked` is what is known
    beside the answer (a `JobMetadata` answer brings its own); `retries` tells how often the client has connected anew,
    `repeats` how many frames came again then, and `clock` when it is. `encoding`, `max_frames` and
    `resume_after_frame` are those of the call.
    """

    def __init__(
        self,
        answer: ConfigureAnswer,
        stream_id: int = 0,
        thresholds: Thresholds | None = None,
        *,
        asked: Asked | None = None,
        encoding: Encoding | None = None,
        max_frames: int = 0,
        resume_after_frame: int = 0,
        retries: Callable[[], int] = lambda: 0,
        repeats: Callable[[], int] = lambda: 0,
        clock: Clock = now,
    ) -> None:
        limits = thresholds or Thresholds()
        known = asked or (Asked.of(answer) if isinstance(answer, JobMetadata) else Asked())
        expected = expectation_of(answer, stream_id, known)
        self._stream_id = stream_id
        self._log = FindingLog(stream_id, limits.findings_kept)
        self._clock = clock
        self._observer = Observer(expected)
        self._measures = Measures(expected, tuple(answer.frequencies_list), answer.intensity_unit)
        setting = Setting(
            answer=answer,
            asked=known,
            expected=expected,
            limits=limits,
            log=self._log,
            retries=retries,
            repeats=repeats,
            encoding=encoding,
            max_frames=max_frames,
            first_after=resume_after_frame,
        )
        self._rules = tuple(rule(setting) for rule in ALL_RULES)
        self._looks = tuple(rule.observe for rule in self._rules if type(rule).observe is not Rule.observe)
        self._began = clock()
        self._end: Frame | None = None
        self._failed = False
        for rule in self._rules:
            rule.begin()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found so far; some things only `finish` can tell."""
        return self._log.kept

    def feed(self, frame: Frame) -> None:
        """Look at one frame, which has just arrived."""
        if frame.end_of_stream and not frame.rows:
            self._end = frame
            return
        seen = self._observer.observe(frame, self._clock())
        for look in self._looks:
            look(seen)
        if self._end is not None:
            self._log.note("frames_after_end", frame=seen.number, value=seen.number)
        self._measures.take(seen)

    def failed(self, error: StreamError) -> None:
        """The stream broke off."""
        self._failed = True
        self._log.note(code_of(error), value=str(error), expected=error.status or None)

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The same frames, each looked at; a failure is taken down and raised again. Then `finish`."""
        try:
            for frame in frames:
                self.feed(frame)
                yield frame
        except StreamError as error:
            self.failed(error)
            raise

    @property
    def overrun(self) -> bool:
        """Whether the server sends on though it should have ended: nothing new will come of reading further."""
        return any(code in self._log.counts for code in ("frames_after_end", "max_frames_exceeded"))

    @property
    def frames(self) -> int:
        """How many frames with rows came so far."""
        return self._measures.frames

    @property
    def seconds(self) -> float:
        """From the first of them to the last."""
        return self._measures.seconds

    def finish(self, *, complete: bool = True, figures: Sequence[Figure] = ()) -> StreamReport:
        """The report, with `figures` of the caller's own; `complete` is False where we stopped reading."""
        ending = Ending(
            began=self._began,
            ended=self._clock(),
            frames=self._measures.frames,
            end=self._end,
            complete=complete and not self._failed,
            failed=self._failed,
        )
        for rule in self._rules:
            rule.finish(ending)
        return StreamReport(
            stream=self._stream_id,
            frames=self._measures.frames,
            seconds=self._measures.seconds,
            bytes_received=self._measures.bytes,
            findings=self._log.kept,
            counts=dict(self._log.counts),
            figures=(*chain.from_iterable(rule.figures() for rule in self._rules), *figures),
            pictures=self._measures.pictures(),
        )
