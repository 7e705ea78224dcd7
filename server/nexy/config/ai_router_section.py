"""Where words come from, how long each stage may take, and what one caller may ask."""

from dataclasses import dataclass, field

from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAiConfig:
    """Any server that speaks OpenAI chat completions; used when it has a key or a base URL."""

    api_key: str = setting("", "OPENAI_API_KEY", secret=True)
    base_url: str = setting("", "OPENAI_BASE_URL")
    model: str = setting("gpt-4o-mini", "OPENAI_MODEL")
    embedding_model: str = setting("text-embedding-3-small", "OPENAI_EMBEDDING_MODEL")
    max_tokens: int = setting(1024, "OPENAI_MAX_TOKENS", at_least=1)
    send_screenshot: bool = setting(True, "OPENAI_SEND_SCREENSHOT")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaudeConfig:
    """Anthropic's Messages API; used when it has a key."""

    api_key: str = setting("", "ANTHROPIC_API_KEY", secret=True)
    base_url: str = setting("", "ANTHROPIC_BASE_URL")
    model: str = setting("claude-sonnet-4-5", "ANTHROPIC_MODEL")
    max_tokens: int = setting(4096, "ANTHROPIC_MAX_TOKENS", at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeminiConfig:
    """Google's generateContent; used when it has a key.

    `thinking_tokens`: what a model of the 2.5 family may think before it answers, beside `max_tokens`: 0 is off (the
    Pro, which always thinks, gets its least), -1 leaves it to the model, whose thoughts then come out of `max_tokens`.
    """

    api_key: str = setting("", "GEMINI_API_KEY", secret=True)
    base_url: str = setting("", "GEMINI_BASE_URL")
    model: str = setting("gemini-2.5-flash", "GEMINI_MODEL")
    max_tokens: int = setting(4096, "GEMINI_MAX_TOKENS", at_least=1)
    thinking_tokens: int = setting(0, "GEMINI_THINKING_TOKENS", at_least=-1, at_most=32_768)


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaConfig:
    """A local Ollama; used when its address is set."""

    base_url: str = setting("", "OLLAMA_URL")
    model: str = setting("llama3.2", "OLLAMA_MODEL")
    embedding_model: str = setting("nomic-embed-text", "OLLAMA_EMBEDDING_MODEL")
    max_tokens: int = setting(4096, "OLLAMA_MAX_TOKENS", at_least=1)
    keep_alive_seconds: float = setting(300.0, "OLLAMA_KEEP_ALIVE", at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineCodeConfig:
    """Bounds of code work without a model, and from where on a function is called long, wide, deep or tangled.

    Larger work than `inline_characters` waits for one of `max_threads`; they share the processor with the voice.
    """

    max_code_characters: int = setting(100_000, at_least=1000)
    max_description_characters: int = setting(4000, at_least=10)
    inline_characters: int = setting(1000, at_least=0)
    max_threads: int = setting(1, at_least=1, at_most=16)
    max_waiting: int = setting(16, at_least=0)
    busy_retry_seconds: float = setting(1.0, at_least=0)
    max_findings: int = setting(100, at_least=1)
    long_function_lines: int = setting(50, at_least=1)
    max_parameters: int = setting(6, at_least=1)
    max_nesting: int = setting(4, at_least=1)
    max_complexity: int = setting(10, at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineConfig:
    """Bounds of the brain that needs no model; longer prompts and names are no commands."""

    max_prompt_characters: int = setting(2000, at_least=1)
    max_name_characters: int = setting(60, at_least=1)
    max_memory_characters: int = setting(1500, at_least=1)
    max_sum_tokens: int = setting(100, at_least=3)
    max_sum_digits: int = setting(40, at_least=1, at_most=1000)
    code: OfflineCodeConfig = field(default_factory=OfflineCodeConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryConfig:
    """How often one provider is asked again before the next one's turn; waits double, with jitter."""

    attempts: int = setting(2, "LLM_ATTEMPTS", at_least=1, at_most=10)
    first_wait_seconds: float = setting(0.25, at_least=0)
    longest_wait_seconds: float = setting(2.0, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerConfig:
    """When a provider is left alone: after so many failures in a row, for so long.

    Callers may name models, so at most `max_breakers` are remembered; those without a failure go first.
    """

    failure_threshold: int = setting(5, "BREAKER_FAILURE_THRESHOLD", at_least=1)
    timeout_seconds: float = setting(60.0, "BREAKER_TIMEOUT", at_least=0.01)
    max_breakers: int = setting(1024, at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCacheConfig:
    """Answers that may be given again to the same tenant; 0 seconds keeps none."""

    exact_seconds: float = setting(300.0, "ANSWER_CACHE_SECONDS", at_least=0)
    max_answer_bytes: int = setting(262_144, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsConfig:
    """Where words come from, and how long each stage may take.

    `provider`: "auto" leaves it to the routing table; a name makes that provider the only one whose words anybody
    hears, by voice or any other door, and "offline" forbids every model, those for vectors too. It binds callers: a
    `force_provider` that names another model's provider is refused.
    Requests longer than `write_at_once_bytes` are written in pieces; of a refusal `max_reason_bytes` are read, of
    vectors `max_vector_bytes` each. An answer that is passed on may take `stream_bytes_per_byte` as a stream, and
    `body_bytes_per_byte` in one piece, for each of its `max_answer_bytes`: JSON is written around the words.

    `allow_private_addresses`: whether a provider other than Ollama, which is local by nature, may be on this machine or
    in a private network.
    `max_routes`, `max_models`, `latency_window`, `quality_window`: how many ways of tasks and models' names are
    remembered, and over how many calls and judgements figures are told.
    """

    provider: str = setting("auto", "LLM_PROVIDER", one_of=("auto", "gemini", "claude", "openai", "ollama", "offline"))
    connect_timeout_seconds: float = setting(5.0, "LLM_CONNECT_TIMEOUT", at_least=0.01)
    first_token_timeout_seconds: float = setting(10.0, "LLM_FIRST_TOKEN_TIMEOUT", at_least=0.01)
    between_tokens_timeout_seconds: float = setting(15.0, "LLM_BETWEEN_TOKENS_TIMEOUT", at_least=0.01)
    whole_answer_timeout_seconds: float = setting(120.0, "LLM_WHOLE_ANSWER_TIMEOUT", at_least=0.01)
    unstreamed_answer_timeout_seconds: float = setting(60.0, "LLM_UNSTREAMED_ANSWER_TIMEOUT", at_least=0.01)
    max_answer_bytes: int = setting(1024 * 1024, "LLM_MAX_ANSWER_BYTES", at_least=1024)
    max_line_bytes: int = setting(1024 * 1024, at_least=1024)
    max_connections: int = setting(1000, at_least=1)
    drain_seconds: float = setting(0.05, at_least=0)
    write_at_once_bytes: int = setting(262_144, at_least=1024)
    max_reason_bytes: int = setting(16_384, at_least=256)
    max_vector_bytes: int = setting(131_072, at_least=1024)
    stream_bytes_per_byte: int = setting(128, at_least=1)
    body_bytes_per_byte: int = setting(16, at_least=1)
    allow_private_addresses: bool = setting(False, "LLM_ALLOW_PRIVATE_ADDRESSES")
    remembered_requests: int = setting(10_000, at_least=1)
    max_routes: int = setting(256, at_least=1)
    max_models: int = setting(200, at_least=1)
    latency_window: int = setting(256, at_least=1)
    quality_window: int = setting(100, at_least=1)
    retry: RetryConfig = field(default_factory=RetryConfig)
    breaker: BreakerConfig = field(default_factory=BreakerConfig)
    cache: AnswerCacheConfig = field(default_factory=AnswerCacheConfig)
    openai: OpenAiConfig = field(default_factory=OpenAiConfig)
    claude: ClaudeConfig = field(default_factory=ClaudeConfig)
    gemini: GeminiConfig = field(default_factory=GeminiConfig)
    ollama: OllamaConfig = field(default_factory=OllamaConfig)
    offline: OfflineConfig = field(default_factory=OfflineConfig)
