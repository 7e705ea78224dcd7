"""Everything that a server of streams says, each part to be replaced by a fault."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import grpc

from nexy_client.testing.steps import Finish
from nexy_client.testing.streams.plan import StreamPlan
from nexy_client.testing.streams.steps import Bend, Call, Step

# The configure answer is JSON: its names are the contract's, and a fault may take any of them away.
Answer: TypeAlias = dict[str, Any]
BendAnswer: TypeAlias = Callable[[Answer], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP reply in place of the good one, after a while."""

    status: int
    body: bytes
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthScript:
    """What CheckHealth and grpc.health.v1 say; `seconds` is how long CheckHealth takes."""

    healthy: bool = True
    status: str = "running"
    serving: bool = True
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTls:
    """PEM: the key, and the certificate that the server shows."""

    key: bytes
    certificate: bytes


def keep(steps: list[Step], _: Call) -> list[Step]:
    """The stream as it is."""
    return steps


def keep_answer(answer: Answer) -> Answer:
    """The configure answer as it is."""
    return answer


def not_found(job_id: str) -> list[Step]:
    """How an unknown job is answered."""
    return [Finish(status=grpc.StatusCode.NOT_FOUND, details=f"job {job_id} not found")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A good stream until something of it is replaced.

    `bend` changes a call's steps before `max_frames` is applied (which `heeds_limit` can forbid). `breaks_connection`
    refuses every call of a connection that has asked for an unknown job. `silent` accepts connections, says nothing.
    """

    plan: StreamPlan = field(default_factory=StreamPlan)
    bend: Bend = keep
    bend_answer: BendAnswer = keep_answer
    configure_reply: Reply | None = None
    job_state: str = "running"
    heeds_limit: bool = True
    unknown_job: Callable[[str], list[Step]] = not_found
    breaks_connection: bool = False
    health: HealthScript = field(default_factory=HealthScript)
    tls: ServerTls | None = None
    silent: bool = False
    closed: bool = False
