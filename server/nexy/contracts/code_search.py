"""Search over code: what is asked of the index, what is found, and how far the index is."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from nexy.contracts.code_hits import Hit as Hit
from nexy.contracts.errors import Unavailable
from nexy.contracts.request import Request
from nexy.contracts.usage import Expected
from nexy.contracts.words import WordsUsage


class SearchKind(StrEnum):
    """Which signals take part: all of them, or one with the help that it needs."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    SEMANTIC = "semantic"
    GRAPH = "graph"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedIndex:
    """Which state of the code was searched: the revisions of the projects; None where there is none.

    `stale`: an indexing run is under way or broke off, so the files may be further than the index.
    """

    revision: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Best first; `total` is how many places matched at all.

    `provider` and `model` made the question's vector, or are "offline". `signals` took part, `left_out` names each
    that did not with the reason. `calls` are for the ledger.
    """

    hits: Sequence[Hit] = ()
    total: int = 0
    index: SearchedIndex = field(default_factory=SearchedIndex)
    provider: str = "offline"
    model: str = "offline"
    signals: Sequence[str] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    cached: bool = False
    calls: Sequence[WordsUsage] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCode(Request[Found]):
    """Search in every project that the person may see; without a `user_id` in the public ones.

    `project_id` names one project, which must be visible; `context` is a project's name, else words that may help.
    `language` keeps to one language. Without `prose` no documents are asked for, which may take seconds. Raises
    `ValidationFailed` for an empty or too long query, `NotFound` for a project that the person may not see.
    """

    query: str
    user_id: str = ""
    kind: SearchKind = SearchKind.HYBRID
    limit: int = 10
    language: str = ""
    project_id: str = ""
    context: str = ""
    prose: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseeSearch(Request[Expected]):
    """What the vector of a question may cost; without `models` where nobody is paid for it, or can be asked."""

    wish: FindCode


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSymbol(Request[Found]):
    """Where a function, method or class of this name is defined; `Class.method` and bare names both work."""

    symbol: str
    user_id: str = ""
    limit: int = 5
    language: str = ""
    file_path: str = ""
    project_id: str = ""


class IndexStage(StrEnum):
    """What an indexing run is at; each has a progress of its own."""

    FETCH = "fetch"
    LIST = "list"
    READ = "read"
    PUBLISH = "publish"
    TEST = "test"
    VECTORS = "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexProgress:
    """So many of so many files (for vectors: chunks); `total` 0 while nobody knows."""

    stage: IndexStage
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """A question that the new index must answer: the name of something in it, and at which place it came."""

    passed: bool
    query: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """What one run did. `skipped` counts files by reason; `masked` are the places where a secret was taken out.

    `read_files` were new or changed and `kept_files` were known. `seconds` by stage. `calls` are what the vectors
    cost, one for each provider and model, for the ledger of whoever asked for the run.
    """

    project_id: str
    project: str
    branch: str
    revision: int
    files: int
    chunks: int
    read_files: int
    read_chunks: int
    kept_files: int
    removed_files: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    masked: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
    self_test: SelfTest = field(default_factory=lambda: SelfTest(passed=True))
    vectors: int = 0
    model: str = ""
    calls: Sequence[WordsUsage] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCode(Request[AsyncGenerator[IndexProgress | IndexReport, None]]):
    """Bring the index of a folder or repository up to date; the report comes last.

    `source` is a folder or the URL of a git repository; `name` defaults to its last part. Without an `owner_id` the
    project is public. `branch` (URLs only) defaults to the repository's own. With `watch` it goes on for ever: a
    report after every change. Raises `ValidationFailed` for a source that is none, `IndexBusy` while another run
    holds the project.
    """

    source: str
    name: str = ""
    owner_id: str = ""
    branch: str = ""
    watch: bool = False


class IndexState(StrEnum):
    """How a project's index stands."""

    READY = "ready"
    INDEXING = "indexing"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFacts:
    """One project as its status tells; `heartbeat_seconds` is the age of a run's last sign of life.

    `revision` 0: nothing complete yet. `with_vectors` of the `chunks` have one of `model`.
    """

    project_id: str
    project: str
    source: str
    owner_id: str
    public: bool
    branch: str
    revision: int
    state: IndexState
    stale: bool
    files: int = 0
    chunks: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    masked: int = 0
    with_vectors: int = 0
    model: str = ""
    progress: IndexProgress | None = None
    heartbeat_seconds: float | None = None
    problem: str = ""
    self_test: SelfTest | None = None
    indexed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeIndexes(Request[Sequence[IndexFacts]]):
    """Every project that the person may see, by name; with `everyone` all of them (the operator)."""

    user_id: str = ""
    everyone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveIndex(Request[IndexFacts]):
    """Forget a project's index, by its id or name; raises `NotFound`, and `IndexBusy` while a run holds it."""

    project: str
    user_id: str = ""
    everyone: bool = False


class IndexBusy(Unavailable):
    """Another run holds the project; its lease ends soon after its last sign of life."""

    def __init__(self, project: str, seconds: float) -> None:
        super().__init__(f"{project} is being indexed by another run", code="index_busy")
        self.retry_after_seconds = seconds
