"""What the database says afterwards."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.faults.acknowledged import SOURCE, Acknowledged
from bench.voice.scripted_llm import question
from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import Unavailable
from nexy.modules.database.module import DatabaseModule

_REPORTS = "SELECT input_tokens AS number, count(*) AS times FROM token_usage WHERE source = $1 GROUP BY 1"
_TURNS = """
SELECT prompt, count(DISTINCT commands.id) AS told, count(token_usage.key) AS counted
FROM commands
LEFT JOIN token_usage ON split_part(key, ':', 1) = commands.id::text AND source = 'main_llm'
GROUP BY prompt"""
_ACTIVE = "SELECT count(*) AS active FROM sessions WHERE state = 'active'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Acknowledged things that are not there, things that are there twice, sessions that nobody holds."""

    lost_reports: int
    doubled_reports: int
    lost_turns: int
    lost_usage: int
    doubled_turns: int
    active_sessions: int

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled or left open."""
        return not any((self.lost_reports, self.doubled_reports, self.lost_turns, self.lost_usage,
                        self.doubled_turns, self.active_sessions))  # fmt: skip


class NoPeers:
    """The database needs nobody."""

    def get(self, capability: str) -> object:
        raise Unavailable(capability)


@asynccontextmanager
async def opened(home: Path, shared: Path) -> AsyncGenerator[DatabaseModule, None]:
    """The embedded database of a home, beside the server that owns it."""
    module = DatabaseModule()
    config = DatabaseConfig(shared_folder=str(shared))
    await module.initialize(DatabaseSection(home=str(home), config=config), NoPeers())  # type: ignore[arg-type]
    try:
        yield module
    finally:
        await module.cleanup()


async def verdict(home: Path, shared: Path, seen: Acknowledged) -> Verdict:
    """Compare what was acknowledged with what is stored; uses the embedded server of the home beside its owner."""
    async with opened(home, shared) as module, module.transaction(SERVICE) as transaction:
        reports = {int(str(row["number"])): int(str(row["times"])) for row in await transaction.fetch(_REPORTS, SOURCE)}
        turns = {str(row["prompt"]): row for row in await transaction.fetch(_TURNS)}
        active = int(str((await transaction.fetch(_ACTIVE))[0]["active"]))
    kept = {number: turns.get(question(number), {"told": 0, "counted": 0}) for number in seen.begun}
    return Verdict(
        lost_reports=len(seen.reports - reports.keys()),
        doubled_reports=sum(times > 1 for times in reports.values()),
        lost_turns=sum(kept[number]["told"] != 1 for number in seen.turns),
        lost_usage=sum(kept[number]["counted"] == 0 for number in seen.turns),
        doubled_turns=sum(int(str(row["told"])) > 1 or int(str(row["counted"])) > 1 for row in kept.values()),
        active_sessions=active,
    )
