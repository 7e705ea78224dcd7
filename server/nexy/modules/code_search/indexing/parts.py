"""What runs are made of; one set for all of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.clock import Clock
from nexy.contracts.code_search import FindCode, Found
from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.reading.model import Told
from nexy.modules.code_search.store.contents import ContentStore
from nexy.modules.code_search.store.leases import Leases
from nexy.modules.code_search.store.model import Lease
from nexy.modules.code_search.store.projects import ProjectStore
from nexy.modules.code_search.store.sweeping import Sweeper
from nexy.utils.spare_threads import SpareThreads

# The same way that everybody's questions go.
Find = Callable[[FindCode], Awaitable[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithVectors:
    """How many pieces got a vector in this run, of which model ("" where there is none), and what that cost."""

    count: int = 0
    model: str = ""
    calls: Sequence[WordsUsage] = ()


class EmbedMissing(Protocol):
    """Gives every piece of the newest revision its vector; what is there already is kept."""

    async def __call__(self, lease: Lease, told: Told, calls: list[WordsUsage]) -> WithVectors:
        """Put what it costs among the `calls`, as it comes.

        Raises `LeaseLost`, and `NexyError` while the model gives none; what came before that stays.
        """
        ...


async def no_vectors(lease: Lease, told: Told, calls: list[WordsUsage]) -> WithVectors:
    """Where no model is configured."""
    return WithVectors()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The stores, the thread for what keeps a processor, and those who test and embed."""

    home: Path
    config: CodeSearchConfig
    clock: Clock
    projects: ProjectStore
    leases: Leases
    contents: ContentStore
    sweeper: Sweeper
    threads: SpareThreads
    find: Find
    embed: EmbedMissing


class IndexStorageFailed(Unavailable):
    """The folder of the indexes cannot be written."""

    def __init__(self, home: Path, problem: OSError) -> None:
        reason = problem.strerror or type(problem).__name__
        super().__init__(f"the index cannot be written below {home}: {reason}", code="index_storage")
