"""What the server does next in a call: frames with their hour, raw bytes, silence, a status."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from nexy_client.testing.steps import Finish, Hang
from nexy_client.testing.streams.frames import end_of_stream, good_frame
from nexy_client.testing.streams.plan import StreamPlan
from nexy_protocol import datastream_pb2 as pb


@dataclass(slots=True, kw_only=True)
class Send:
    """A frame, not before `at` seconds into the call; `stamp` puts the time of sending plus `skew_ms` into it."""

    frame: pb.DataStream
    at: float = 0.0
    skew_ms: int = 0
    stamp: bool = True

    @property
    def number(self) -> int:
        """The frame's number; 0 for the end of the stream, so that it is no frame's."""
        return 0 if self.frame.end_of_stream else self.frame.frame_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Bytes in place of a message."""

    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Silence; what was due meanwhile follows at once."""

    seconds: float


Step: TypeAlias = Send | Raw | Pause | Finish | Hang


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of StreamSpectrograms; `attempt` counts the earlier ones for the same stream, `begin_ms` is row 1's."""

    plan: StreamPlan
    request: pb.StreamRequest
    attempt: int
    begin_ms: int


Bend: TypeAlias = Callable[[list[Step], Call], list[Step]]


def good_steps(call: Call) -> list[Step]:
    """The stream as it is meant: what follows the frame to go on after, to its end."""
    plan = call.plan
    first = max(0, call.request.resume_after_frame - plan.first_number + 1)
    steps: list[Step] = [
        Send(frame=good_frame(plan, call.request, index, call.begin_ms), at=_due(plan, index - first))
        for index in range(first, plan.rows)
    ]
    if not plan.live:
        steps.append(Send(frame=end_of_stream(plan.rows)))
    return steps


def _due(plan: StreamPlan, position: int) -> float:
    # A live row can be sent when it is over; a recorded one at once.
    return (position + 1) * plan.row_seconds if plan.live else 0.0


def within_limit(steps: list[Step], max_frames: int) -> list[Step]:
    """No more frames than the client asked for; what was cut has no end_of_stream."""
    if max_frames <= 0:
        return steps
    kept: list[Step] = []
    frames = 0
    for step in steps:
        if frames == max_frames and not (isinstance(step, Send) and step.frame.end_of_stream):
            break
        kept.append(step)
        frames += isinstance(step, Send) and not step.frame.end_of_stream
    return kept
