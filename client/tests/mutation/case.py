"""One case: a playbook, how it is watched, and what is to be told about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from client.tests.mutation.judge import Limits
from client.tests.mutation.topics import Topic
from client.tests.mutation.wire import Wire

from nexy_client.testing.streams.plan import StreamPlan
from nexy_client.testing.streams.playbook import Playbook
from nexy_client.testing.streams.steps import Bend

HISTORIC = Playbook()
LIVE_FRAMES = 50
LIVE = Playbook(plan=StreamPlan(live=True, rows=LIVE_FRAMES + 20))
TWO_STREAMS = Playbook(plan=StreamPlan(streams=2))


class Category(StrEnum):
    """Every fault of the first four is to be caught."""

    CONTENT = "content"
    SEQUENCE = "sequence"
    TIME = "time"
    CONFIGURATION = "configuration"
    TRANSPORT = "transport"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How the stream is asked for; TLS is asked for where a root certificate is given (PEM)."""

    encoding: int = 0
    max_frames: int = 0
    limits: Limits = field(default_factory=Limits)
    root_certificate: bytes | None = None
    server_name: str = ""
    # How long the plain client, which has no such limits, waits for a call.
    patience: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodStream:
    """A stream that is to give no error; `why` says what could be taken for one."""

    name: str
    why: str
    playbook: Playbook
    watching: Watching = field(default_factory=Watching)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A stream that is to give an error of one of `topics`; `told` is what the engineer expects to read.

    `proof` is true of what a plain client sees of `playbook`, and not of `base`, the same stream unbent.
    """

    name: str
    category: Category
    topics: frozenset[Topic]
    told: str
    playbook: Playbook
    proof: Callable[[Wire], bool]
    base: Playbook = HISTORIC
    watching: Watching = field(default_factory=Watching)


WATCH_LIVE = Watching(max_frames=LIVE_FRAMES)


def fault(
    category: Category,
    name: str,
    topics: Iterable[Topic],
    told: str,
    bend: Bend,
    proof: Callable[[Wire], bool],
    *,
    base: Playbook = HISTORIC,
    watching: Watching | None = None,
) -> Fault:
    """A fault of the stream itself; a live base is watched as live streams are."""
    return Fault(
        name=name,
        category=category,
        topics=frozenset(topics),
        told=told,
        playbook=replace(base, bend=bend),
        proof=proof,
        base=base,
        watching=watching or (WATCH_LIVE if base.plan.live else Watching()),
    )
