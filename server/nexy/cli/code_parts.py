"""The search over code for one command: beside a running server or without one, on the same database."""

import math
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nexy.cli.parts import running_parts
from nexy.cli.refusals import in_words
from nexy.cli.surroundings import Surroundings
from nexy.contracts.accounts import FindAccount
from nexy.contracts.capabilities import ACCESS, CODE_SEARCH, DATABASE, OUTBOX, USAGE, WORDS
from nexy.contracts.errors import NexyError, ValidationFailed
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.usage import UsageSource
from nexy.contracts.words import WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator

if TYPE_CHECKING:
    from nexy.workflows.code_ledger import CodeLedger

_SENTENCES = {
    "index_busy": "index.busy",
    "repository_busy": "index.fetching",
    "project_not_found": "index.no_project",
    "user_not_found": "users.unknown",
    "email_address_invalid": "users.no_address",
    "code_extra_missing": "index.no_extra",
}
# Their vectors come through the router; beside a running server the outbox is that one's, and usage is not kept.
_ROUTED = ("ollama:", "openai:")
_PAID = (WORDS, USAGE, OUTBOX)
_OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeParts:
    """What answers, and for whom: without a `user_id` it is the operator, who asks in nobody's name.

    `ledger` keeps what vectors cost, where they cost anything and this command holds the outbox.
    """

    code: UniversalModuleInterface
    user_id: str = ""
    ledger: "CodeLedger | None" = None

    @property
    def payer(self) -> str:
        """Whom the ledger charges."""
        return f"user:{self.user_id}" if self.user_id else _OPERATOR

    async def keep(self, calls: Sequence[WordsUsage]) -> None:
        """Let the ledger know of what was paid."""
        if self.ledger is not None and calls:
            await self.ledger.close(self.payer, str(uuid.uuid4()), calls, UsageSource.EMBEDDINGS)


@asynccontextmanager
async def code_parts(surroundings: Surroundings, email: str) -> AsyncIterator[CodeParts]:
    """Start what is needed; what a person did wrong is told in her language, with the part's own words behind it."""
    parts: tuple[str, ...] = (DATABASE, CODE_SEARCH)
    if email:
        parts = (*parts, ACCESS)
    routed = surroundings.config.code_search.vectors.model.startswith(_ROUTED)
    if routed:
        parts = (*parts, *_PAID)
    with told_in_words(surroundings):
        async with running_parts(surroundings, parts, optional=_PAID) as running:
            user_id, ledger = await user_id_of(running, email), _ledger(surroundings, running) if routed else None
            try:
                yield CodeParts(code=running.get(CODE_SEARCH), user_id=user_id, ledger=ledger)
            finally:
                if ledger is not None:
                    await ledger.cleanup()


def _ledger(surroundings: Surroundings, running: ModuleCoordinator) -> "CodeLedger":
    from prometheus_client import CollectorRegistry

    from nexy.workflows.code_ledger import CodeLedger
    from nexy.workflows.code_metrics import CodeMetrics

    config = surroundings.config
    figures = CodeMetrics(CollectorRegistry(), config.ai_router.max_models)
    return CodeLedger(running, figures, config.token_usage.max_waiting_rows)


async def user_id_of(running: ModuleCoordinator, email: str) -> str:
    """The person's id; nobody's without an address. Raises `NotFound` for an unknown one."""
    return (await running.get(ACCESS).process(FindAccount(email=email))).user_id if email else ""


@contextmanager
def told_in_words(surroundings: Surroundings) -> Iterator[None]:
    """Refusals that have a sentence in the catalogue are told by it, the others by the translation of theirs."""
    try:
        yield
    except NexyError as refused:
        sentence = _SENTENCES.get(refused.code)
        if sentence is None:
            refused.message = in_words(refused.message, surroundings.words)
            refused.args = (refused.message,)
            raise
        seconds = math.ceil(refused.retry_after_seconds or 0)
        told = surroundings.words.text(sentence, detail=refused.message, seconds=seconds)
        raise ValidationFailed(told, code=refused.code, field=refused.field) from refused
