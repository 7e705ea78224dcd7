"""A chain over scripted providers, and everything that is heard of it."""

from contextlib import aclosing
from dataclasses import dataclass, field

from nexy.config.ai_router_section import BreakerConfig, RetryConfig, WordsConfig
from nexy.contracts.completions import Message, Question, Role
from nexy.contracts.errors import NexyError
from nexy.contracts.routing import Answering, Attempt, RouteEvent
from nexy.contracts.words import WordsDelta
from nexy.modules.ai_router.provider import Enquiry
from nexy.modules.ai_router.routing.books import Books
from nexy.modules.ai_router.routing.chain import ProviderChain
from nexy.modules.ai_router.routing.circuit_breaker import Breakers
from nexy.modules.ai_router.routing.facts import FactsBook
from nexy.modules.ai_router.routing.plan import Link, Plan, Step
from nexy.modules.ai_router.routing.quality import QualityBook
from support.scripted_providers import LoopClock, ScriptedProvider

ENQUIRY = Enquiry(question=Question(messages=(Message(role=Role.USER, text="canary-prompt"),)))


def books(breaker: BreakerConfig | None = None) -> Books:
    return Books(
        breakers=Breakers(breaker or BreakerConfig(), LoopClock()),
        facts=FactsBook(WordsConfig()),
        quality=QualityBook(10, 100),
        clock=LoopClock(),
    )


def plan(*steps: ScriptedProvider | Attempt, own_failure: bool = False, ends_at_refusal: bool = False) -> Plan:
    chain: list[Step] = [step if isinstance(step, Attempt) else Link(provider=step, model=step.model) for step in steps]
    return Plan(
        steps=chain, reason="test", request_id="r1", task_type="testing", own_failure=own_failure,
        ends_at_refusal=ends_at_refusal,
    )  # fmt: skip


@dataclass(slots=True)
class Heard:
    """Everything that came, and the failure at the end."""

    events: list[RouteEvent] = field(default_factory=list)
    failure: NexyError | None = None

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, WordsDelta))

    @property
    def answering(self) -> Answering:
        (found,) = [event for event in self.events if isinstance(event, Answering)]
        return found

    @property
    def attempts(self) -> list[tuple[str, str, str]]:
        told = self.failure.attempts if self.failure is not None else self.answering.attempts
        return [(attempt.provider, attempt.status.value, attempt.error) for attempt in told]


async def collect(wanted: Plan, kept: Books | None = None, retry: RetryConfig | None = None) -> Heard:
    chain, heard = ProviderChain(kept or books(), retry or RetryConfig(attempts=1)), Heard()
    try:
        async with aclosing(chain.answer(wanted, ENQUIRY)) as events:
            async for event in events:
                heard.events.append(event)
    except NexyError as failure:
        heard.failure = failure
    return heard
