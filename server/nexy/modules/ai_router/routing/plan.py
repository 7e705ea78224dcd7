"""Who is to be asked for one question, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexy.contracts.routing import Attempt
from nexy.modules.ai_router.provider import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One provider with the model that is to answer."""

    provider: Provider
    model: str


Step = Link | Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The chain of one question; an `Attempt` in it is somebody who is left out, and why.

    `own_failure`: where one provider stands alone, its failure is raised as it is. `ends_at_refusal`: a provider
    that refuses the request itself ends the chain; who speaks its wire is to hear that. `beyond_offline`: the field
    for whose sake the offline brain is left out.
    """

    steps: Sequence[Step]
    reason: str
    request_id: str = ""
    task_type: str = ""
    own_failure: bool = False
    ends_at_refusal: bool = False
    beyond_offline: str = ""

    @property
    def links(self) -> Sequence[Link]:
        """Those who may be asked."""
        return [step for step in self.steps if isinstance(step, Link)]

    @property
    def left_out_first(self) -> Sequence[Attempt]:
        """Those who stand before the first that may be asked."""
        found: list[Attempt] = []
        for step in self.steps:
            if isinstance(step, Link):
                break
            found.append(step)
        return tuple(found)

    @property
    def why(self) -> str:
        """The decision in one line, for the log."""
        return f"{self.reason}: " + " > ".join(
            f"{step.provider.name} {step.model}" if isinstance(step, Link) else f"({step.provider}: {step.error})"
            for step in self.steps
        )


def stands_in(before: Sequence[Attempt], name: str) -> bool:
    """Whether who answers after these attempts is another one than the first that was meant."""
    return bool(before) and before[0].provider != name
