"""From the routing table to the chain of one question."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Question
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.routing import Attempt, AttemptStatus, Task
from nexy.contracts.routing_table import OFFLINE, PROVIDERS, Prefer, RoutingRule, RoutingTable
from nexy.modules.ai_router.provider import Provider
from nexy.modules.ai_router.routing.abilities import beyond_offline, without_offline
from nexy.modules.ai_router.routing.models import (
    ANY_MODEL,
    at_most_tokens_of,
    context_of,
    split_model,
    tokens_of,
    vendor_of,
)
from nexy.modules.ai_router.routing.plan import Link, Plan, Step
from nexy.modules.ai_router.variables import VARIABLES, variables_of

Rank = Callable[[str, str], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """The steps of every task of one kind that has at most `room` tokens."""

    steps: Sequence[Step]
    reason: str
    room: int


class Planner:
    """Knows the configured providers, the offline brain among them.

    `speed` and `price` give a number for provider and model, None where nothing is known; less is better.
    The provider that LLM_PROVIDER names stands alone, whatever the table says.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        speed: Rank,
        price: Rank,
        config: WordsConfig,
        takes_any_model: str = "",
    ) -> None:
        self._providers = providers
        self._config = config
        self._alone = "" if config.provider == "auto" else config.provider
        self._ranks = {Prefer.FAST: speed, Prefer.CHEAP: price}
        self._takes_any_model = takes_any_model
        self._table: RoutingTable | None = None
        self._routes: dict[tuple[str, str, str, str], _Route] = {}

    def for_task(self, task: Task, table: RoutingTable) -> Plan:
        """The chain of a task; raises `ValidationFailed` (force_provider, model, what no model is there for)."""
        plan = self._chain_of(task, table)
        field = beyond_offline(task)
        return without_offline(plan, field) if field else plan

    def _chain_of(self, task: Task, table: RoutingTable) -> Plan:
        if task.force_provider:
            return self._forced(task)
        if self._alone:
            return self._plan(task, tuple(self._lone_steps(task, table)), "LLM_PROVIDER")
        if table is not self._table:
            self._table = table
            self._routes.clear()
        route = self._routes.get((task.task_type, task.complexity, task.language, task.model))
        if route is not None and at_most_tokens_of(task.question) <= route.room:
            return self._plan(task, route.steps, route.reason)
        return self._planned(task, table)

    def _planned(self, task: Task, table: RoutingTable) -> Plan:
        owner, model = self._owner(task.model)
        if owner == OFFLINE:
            return self._plan(task, (self._offline(),), "model offline")
        rule = table.rule_for(task.task_type, task.complexity, task.language)
        named = list(self._ordered(rule)) if rule else []
        if owner:
            named = [(owner, model), *(pair for pair in named if pair[0] != owner)]
        reason = f"{task.task_type} by {rule.origin if rule else 'no rule'}"
        steps = (*self._steps(named, task.question), self._offline())
        plan = self._plan(task, steps, f"{reason}, model {model or owner}" if owner else reason)
        if rule is None or rule.prefer not in self._ranks:
            self._remember(task, plan)
        return plan

    def _remember(self, task: Task, plan: Plan) -> None:
        """Where nothing of the moment decides, the next task of the kind goes the same way if everybody can read it."""
        if any(isinstance(step, Attempt) and step.error == "context_too_small" for step in plan.steps):
            return
        if len(self._routes) >= self._config.max_routes:
            self._routes.clear()
        contexts = (context_of(link.model) for link in plan.links)
        room = min((context for context in contexts if context is not None), default=sys.maxsize)
        kind = (task.task_type, task.complexity, task.language, task.model)
        self._routes[kind] = _Route(steps=plan.steps, reason=plan.reason, room=room)

    def for_voice(self, task_type: str, question: Question, table: RoutingTable) -> Plan:
        """The chain of a spoken turn."""
        if self._alone:
            steps: Sequence[Step] = (self._link(self._alone, ""),)
            return Plan(steps=steps, reason="LLM_PROVIDER", task_type=task_type, own_failure=True)
        rule = table.rule_for(task_type) or table.rule_for("voice")
        named = list(self._ordered(rule)) if rule else []
        reason = f"{task_type} by {rule.origin if rule else 'no rule'}"
        steps = (*self._steps(named, question), self._offline())
        return Plan(steps=steps, reason=reason, task_type=task_type, own_failure=True)

    def _lone_steps(self, task: Task, table: RoutingTable) -> Iterator[Step]:
        """A model is a wish: one of somebody else is told as left out. Who asks for no model at all gets none."""
        owner, model = self._owner(task.model)
        if OFFLINE in (owner, self._alone):
            if owner not in ("", OFFLINE):
                yield _left_out(owner, model, "not_allowed")
            yield self._offline()
            return
        if owner not in ("", self._alone):
            yield _left_out(owner, model, "not_allowed")
            model = ""
        rule = table.rule_for(task.task_type, task.complexity, task.language)
        ruled = rule.models.get(self._alone, "") if rule is not None else ""
        yield from self._steps([(self._alone, model or ruled)], task.question)

    def _forced(self, task: Task) -> Plan:
        name = task.force_provider.strip().lower()
        if name not in VARIABLES:
            known = ", ".join((*PROVIDERS, OFFLINE))
            raise ValidationFailed(
                f"force_provider: there is no such provider; there are {known}",
                code="unknown_provider",
                field="force_provider",
            )
        if self._alone and name not in (self._alone, OFFLINE):
            raise ValidationFailed(
                f"force_provider: this server asks {self._alone} only (LLM_PROVIDER)",
                code="provider_not_allowed",
                field="force_provider",
            )
        if name not in self._providers:
            raise ValidationFailed(
                f"force_provider: {name} is not configured; set {variables_of(name)}",
                code="provider_not_configured",
                field="force_provider",
            )
        named, rest = split_model(task.model)
        model = rest if named == name else task.model
        return self._plan(task, (self._link(name, "" if model in ANY_MODEL else model),), "force_provider")

    def _plan(self, task: Task, steps: Sequence[Step], reason: str) -> Plan:
        return Plan(
            steps=steps,
            reason=reason,
            request_id=task.request_id,
            task_type=task.task_type,
            ends_at_refusal=task.passed is not None,
        )

    def _owner(self, model: str) -> tuple[str, str]:
        """Who is to answer with this model, and its name there; empty for no wish. Raises `ValidationFailed`."""
        if model in ANY_MODEL:
            return "", ""
        provider, rest = split_model(model)
        if provider:
            return provider, rest
        for name, configured in self._providers.items():
            if configured.model == model:
                return name, model
        owner = vendor_of(model) or self._takes_any_model
        if not owner:
            raise ValidationFailed(
                f"model: no provider is known for this model; write it as PROVIDER/MODEL with one of "
                f"{', '.join(PROVIDERS)}, or auto",
                code="unknown_model",
                field="model",
            )
        return owner, model

    def _ordered(self, rule: RoutingRule) -> Iterator[tuple[str, str]]:
        """The rule's providers in the order in which they are asked, with the models that it names."""
        pairs = [(name, rule.models.get(name, "")) for name in rule.providers]
        rank = self._ranks.get(rule.prefer)
        if rank is None:
            return iter(pairs)

        def place(pair: tuple[str, str]) -> float:
            known = rank(pair[0], self._model(*pair))
            return float("inf") if known is None else known

        return iter(sorted(pairs, key=place))

    def _model(self, name: str, model: str) -> str:
        return model or (self._providers[name].model if name in self._providers else "")

    def _steps(self, named: Sequence[tuple[str, str]], question: Question) -> Iterator[Step]:
        tokens = tokens_of(question)
        for name, model in named:
            if name == OFFLINE:
                continue
            if name not in self._providers:
                yield _left_out(name, model, "not_configured")
                continue
            link = self._link(name, model)
            context = context_of(link.model)
            yield link if context is None or tokens <= context else _left_out(name, link.model, "context_too_small")

    def _link(self, name: str, model: str) -> Link:
        provider = self._providers[name]
        return Link(provider=provider, model=model or provider.model)

    def _offline(self) -> Link:
        return self._link(OFFLINE, "")


@lru_cache(maxsize=256)
def _left_out(name: str, model: str, error: str) -> Attempt:
    return Attempt(provider=name, model=model, status=AttemptStatus.SKIPPED, error=error)
