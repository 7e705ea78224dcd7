"""What of a folder is indexed, in which pieces, how results are ranked, and where vectors come from."""

from dataclasses import dataclass, field

from nexy.config.code_ranking_section import RankingConfig
from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReadingConfig:
    """Which files are read at all; a file above `max_file_bytes` is skipped, and so is what lies beyond `max_files`.

    Tables, logs and the like say little about code: they are read up to `max_data_bytes`. Longer paths than
    `max_path_bytes` would not fit into the database's keys. A tree is quiet after `settle_seconds` without a change.
    """

    max_file_bytes: int = setting(1024 * 1024, "CODE_MAX_FILE_BYTES", at_least=1024)
    max_data_bytes: int = setting(64 * 1024, "CODE_MAX_DATA_BYTES", at_least=0)
    max_path_bytes: int = setting(1024, at_least=64, at_most=1024)
    max_files: int = setting(200_000, "CODE_MAX_FILES", at_least=1)
    max_line_characters: int = setting(10_000, at_least=200)
    git_timeout_seconds: float = setting(600.0, "CODE_GIT_TIMEOUT", at_least=1)
    settle_seconds: float = setting(0.5, at_least=0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeChunkingConfig:
    """How large a piece may be; longer functions are cut at lines, and text already after `text_lines`.

    What stands between the methods of a class and is shorter than `least_lines` goes with the method before it.
    """

    max_lines: int = setting(120, at_least=10)
    max_characters: int = setting(6000, at_least=500)
    least_lines: int = setting(3, at_least=1)
    text_lines: int = setting(40, at_least=3)
    parse_seconds: float = setting(2.0, at_least=0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeIndexingConfig:
    """How a run works: its lease lasts `lease_seconds` beyond each heartbeat; so many files become one transaction.

    What no branch needs any more goes after `keep_unused_seconds`, `sweep_blobs` contents at a time. A statement
    writes `statement_rows` at most, and `batch_forwards` contents are read at once. The self-test takes a name out of
    `test_among`, and must find it among the first `test_places`. `max_runs` go on at once in one process.
    """

    lease_seconds: float = setting(20.0, at_least=1)
    heartbeat_seconds: float = setting(5.0, at_least=0.1)
    batch_files: int = setting(64, at_least=1)
    batch_bytes: int = setting(4 * 1024 * 1024, at_least=1024)
    keep_unused_seconds: float = setting(7 * 86400.0, at_least=0)
    sweep_blobs: int = setting(500, at_least=1)
    statement_rows: int = setting(5000, at_least=1)
    batch_forwards: int = setting(200, at_least=1)
    test_among: int = setting(200, at_least=1)
    test_places: int = setting(10, at_least=1, at_most=100)
    max_runs: int = setting(4, at_least=1, at_most=64)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeVectorsConfig:
    """Where vectors come from and where they are compared.

    `model`: "" (none), a folder with `model.onnx` and `tokenizer.json`, "package:NAME" (a Python package that carries
    a model), "fastembed:NAME", "ollama:NAME" or "openai:NAME". `store`: pgvector, numpy (a mapped file), or auto:
    pgvector where the database has it and the project has `pgvector_pieces` at most, since it looks at every vector;
    the mapped file is many times faster. A model that is too busy is asked `attempts` times. The ranking gets the
    `near` nearest pieces of each project.
    """

    model: str = setting("", "CODE_VECTORS_MODEL")
    store: str = setting("auto", "CODE_VECTORS_STORE", one_of=("auto", "pgvector", "numpy"))
    threads: int = setting(1, "CODE_VECTORS_THREADS", at_least=1, at_most=64)
    batch: int = setting(32, at_least=1)
    max_tokens: int = setting(128, at_least=16, at_most=8192)
    max_waiting: int = setting(64, at_least=0)
    attempts: int = setting(5, at_least=1)
    pgvector_pieces: int = setting(2000, at_least=0)
    near: int = setting(200, at_least=1, at_most=5000)
    query_timeout_seconds: float = setting(1.0, at_least=0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class LightRagConfig:
    """A LightRAG server as a source for prose; used when LIGHTRAG_URL is set.

    It knows no persons: who is signed in may read all of it, and with `public` everybody. After a failure it is left
    alone for `rest_seconds`, so that searches do not wait for it again and again.
    """

    api_key: str = setting("", "LIGHTRAG_API_KEY", secret=True)
    mode: str = setting("mix", "LIGHTRAG_MODE", one_of=("local", "global", "hybrid", "naive", "mix"))
    public: bool = setting(False, "LIGHTRAG_PUBLIC")
    timeout_seconds: float = setting(2.0, "LIGHTRAG_TIMEOUT", at_least=0.01)
    rest_seconds: float = setting(30.0, "LIGHTRAG_REST", at_least=0)
    max_results: int = setting(3, at_least=1, at_most=50)
    max_characters: int = setting(6000, at_least=100)
    max_reply_bytes: int = setting(1024 * 1024, at_least=1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeGroundingConfig:
    """How much found code an answer may lean on, how well it must fit, and how long the answer waits for it.

    A symbol that is to be explained is waited for longer: without its code there is nothing to say. So is a spoken
    question while the index is being opened, right after the start.
    """

    max_places: int = setting(5, at_least=0, at_most=50)
    least_score: float = setting(0.3, at_least=0, at_most=1)
    max_query_words: int = setting(40, at_least=1)
    max_characters: int = setting(12_000, at_least=0)
    timeout_seconds: float = setting(0.5, at_least=0.01)
    symbol_timeout_seconds: float = setting(5.0, at_least=0.01)
    opening_timeout_seconds: float = setting(3.0, at_least=0.01)
    voice_timeout_seconds: float = setting(0.6, at_least=0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSearchConfig:
    """Search over code. Answers to equal and alike questions are kept for `cache_seconds`, at most `max_cached`,
    which take about `max_cached_bytes` together.

    `alike` is the likeness (cosine) from which on two questions are the same. `max_open` indexes stay mapped; one that
    is made again is waited for `remake_patience_seconds`; what cannot be made is tried again after
    `remake_rest_seconds`. Of definitions with the same name `max_same_names` are
    looked at, and a class is shown whole up to `max_class_characters`. Of the words of a context `max_context_words`
    help, each counting `context_weight` of an asked one.
    """

    max_query_characters: int = setting(4000, "CODE_MAX_QUERY_CHARACTERS", at_least=16)
    max_results: int = setting(100, at_least=1, at_most=1000)
    max_threads: int = setting(1, at_least=1, at_most=16)
    max_waiting: int = setting(64, at_least=0)
    max_open: int = setting(64, at_least=1)
    remake_patience_seconds: float = setting(5.0, at_least=0)
    remake_rest_seconds: float = setting(30.0, at_least=0)
    busy_retry_seconds: float = setting(1.0, at_least=0)
    max_same_names: int = setting(500, at_least=1)
    max_class_characters: int = setting(20_000, at_least=0)
    context_weight: float = setting(0.2, at_least=0, at_most=1)
    max_context_words: int = setting(12, at_least=0)
    cache_seconds: float = setting(300.0, "CODE_CACHE_SECONDS", at_least=0)
    max_cached: int = setting(1000, at_least=0)
    max_cached_bytes: int = setting(32 * 1024 * 1024, at_least=0)
    alike: float = setting(0.97, at_least=0.5, at_most=1.0)
    reading: CodeReadingConfig = field(default_factory=CodeReadingConfig)
    chunking: CodeChunkingConfig = field(default_factory=CodeChunkingConfig)
    indexing: CodeIndexingConfig = field(default_factory=CodeIndexingConfig)
    vectors: CodeVectorsConfig = field(default_factory=CodeVectorsConfig)
    ranking: RankingConfig = field(default_factory=RankingConfig)
    lightrag: LightRagConfig = field(default_factory=LightRagConfig)
    grounding: CodeGroundingConfig = field(default_factory=CodeGroundingConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSearchSection:
    """What the module starts with; mapped indexes and clones lie below `home`."""

    home: str
    config: CodeSearchConfig = field(default_factory=CodeSearchConfig)
    lightrag_url: str = ""
