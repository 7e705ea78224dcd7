"""The typed sections of the configuration; every part receives its own and never looks at the environment.

`setting(ENV, …)` names the environment variable of a key and its bounds. Times are seconds, sizes bytes.
Default values here are those of an unset `NEXY_ENV`; `unified_config.yaml` holds the values of every environment.
"""

from dataclasses import dataclass, field

from nexy.config.access_section import AccessConfig
from nexy.config.ai_router_section import WordsConfig
from nexy.config.api_section import ApiConfig
from nexy.config.backup_section import BackupConfig
from nexy.config.code_search_section import CodeSearchConfig
from nexy.config.database_section import DatabaseConfig
from nexy.config.history_section import HistoryConfig
from nexy.config.memory_management_section import MemoryConfig
from nexy.config.outbox_section import OutboxConfig
from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.config.setting import port, setting
from nexy.config.usage_section import UsageConfig
from nexy.contracts.switches import FeaturesConfig, KillSwitches


@dataclass(frozen=True, slots=True, kw_only=True)
class GrpcConfig:
    """The gRPC door."""

    host: str = setting("127.0.0.1", "GRPC_HOST")
    port: int = port(50051, "GRPC_PORT")
    max_workers: int = setting(10, "MAX_WORKERS", at_least=1, at_most=1000)
    max_message_bytes: int = setting(16 * 1024 * 1024, "GRPC_MAX_MESSAGE_BYTES", at_least=1024)
    max_send_bytes: int = setting(64 * 1024 * 1024, "GRPC_MAX_SEND_BYTES", at_least=1024)
    keepalive_seconds: float = setting(30.0, at_least=1.0)
    keepalive_timeout_seconds: float = setting(10.0, at_least=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConfig:
    """Health and status."""

    host: str = setting("127.0.0.1", "HTTP_HOST")
    port: int = port(8080, "HTTP_PORT")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateConfig:
    """The update service (absent until it is built)."""

    host: str = setting("127.0.0.1", "UPDATE_HOST")
    port: int = port(8081, "UPDATE_PORT")


@dataclass(frozen=True, slots=True, kw_only=True)
class SupabaseConfig:
    """The Supabase-compatible door; the same paths are on the API listener."""

    host: str = setting("127.0.0.1", "SUPABASE_HOST")
    port: int = port(54321, "SUPABASE_PORT")


@dataclass(frozen=True, slots=True, kw_only=True)
class N8nFacadeConfig:
    """The n8n facade (absent until it is built); without a port it stays off."""

    host: str = setting("127.0.0.1", "N8N_FACADE_HOST")
    port: int | None = setting(None, "N8N_FACADE_PORT", at_least=0, at_most=65535)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackpressureConfig:
    """How much at once, and how long a quiet stream may stay."""

    max_concurrent_streams: int = setting(10, "BACKPRESSURE_MAX_STREAMS", at_least=1)
    max_message_rate_per_second: int = setting(5, "BACKPRESSURE_MAX_RATE", at_least=0)
    idle_timeout_seconds: float = setting(60.0, "BACKPRESSURE_IDLE_TIMEOUT", at_least=0)
    grace_period_seconds: float = setting(10.0, "BACKPRESSURE_GRACE_PERIOD", at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeConfig:
    """The greeting; empty text means the catalogue's own, in the client's language."""

    text: str = setting("", "WELCOME_TEXT")
    max_characters: int = setting(1000, "WELCOME_MAX_CHARACTERS", at_least=1)
    max_bytes: int = setting(8 * 1024 * 1024, at_least=1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsConfig:
    """Bounds of the speech buffers that COLLECT fills."""

    buffer_max_characters: int = setting(20_000, at_least=1)
    buffer_ttl_seconds: float = setting(120.0, at_least=1)
    max_buffers: int = setting(1000, at_least=1)
    max_known_devices: int = setting(100_000, at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptsConfig:
    """What goes into the system prompt."""

    max_memory_characters: int = setting(8000, at_least=0)
    max_found_characters: int = setting(6000, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentencesConfig:
    """When a piece of text goes to speech."""

    release_after_seconds: float = setting(0.15, at_least=0)
    first_piece_min_words: int = setting(4, at_least=1)
    max_piece_characters: int = setting(300, at_least=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechConfig:
    """How sentences sound."""

    engine: str = setting("espeak", "TTS_ENGINE", one_of=("edge", "azure", "espeak", "scripted"))
    sample_rate: int = setting(48_000, "AUDIO_SAMPLE_RATE", one_of=(8000, 16000, 22050, 24000, 44100, 48000))
    workers: int = setting(2, "TTS_WORKERS", at_least=1, at_most=64)
    words_per_minute: int = setting(165, "TTS_WORDS_PER_MINUTE", at_least=80, at_most=450)
    sentence_timeout_seconds: float = setting(20.0, "TTS_SENTENCE_TIMEOUT", at_least=0.1)
    scripted_seconds: float = setting(1.0, "SCRIPTED_TTS_SECONDS", at_least=0.01, at_most=600)
    first_chunk_seconds: float = setting(0.03, at_least=0.02, at_most=0.04)
    chunk_seconds: float = setting(0.2, at_least=0.1, at_most=0.2)
    pause_seconds: float = setting(0.15, at_least=0, at_most=2)
    buffer_bytes: int = setting(2 * 1024 * 1024, at_least=65536)
    worker_start_timeout_seconds: float = setting(5.0, at_least=0.1)
    drain_seconds: float = setting(0.5, at_least=0)
    stop_seconds: float = setting(0.5, at_least=0)
    voice_ru: str = setting("ru", "TTS_VOICE_RU")
    voice_en: str = setting("en-us", "TTS_VOICE_EN")
    voice_he: str = setting("he", "TTS_VOICE_HE")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationConfig:
    """Bounds of the cache and the mailboxes; with REDIS_URL also how Redis is spoken to.

    `namespace` begins every name in Redis, so that several installations may share one server.
    """

    cache_max_bytes: int = setting(64 * 1024 * 1024, at_least=0)
    max_value_bytes: int = setting(1024 * 1024, at_least=0)
    subscriber_queue: int = setting(1000, at_least=1)
    namespace: str = setting("nexy", "REDIS_NAMESPACE")
    redis_timeout_seconds: float = setting(0.5, "REDIS_TIMEOUT", at_least=0.01)
    redis_retry_seconds: float = setting(1.0, at_least=0.01)
    redis_max_connections: int = setting(50, at_least=1)
    redis_max_subscriptions: int = setting(1000, at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalFlagsConfig:
    """How quickly a switch is noticed, and of how many devices the interrupts are remembered."""

    poll_seconds: float = setting(0.5, at_least=0.05, at_most=1)
    max_interrupted_devices: int = setting(100_000, at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserUseConfig:
    """The browser agent's own limits; `features.browser_use` turns it on and off."""

    keep_open: bool = setting(True, "BROWSER_USE_KEEP_OPEN")
    timeout_seconds: float = setting(120.0, "BROWSER_USE_TIMEOUT", at_least=1)
    max_steps: int = setting(50, "BROWSER_USE_MAX_STEPS", at_least=1, at_most=1000)
    model: str = setting("gemini-2.5-flash", "BROWSER_USE_MODEL")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggingConfig:
    """What the log looks like."""

    level: str = setting("INFO", "LOG_LEVEL", one_of=("DEBUG", "INFO", "WARNING", "ERROR"))
    format: str = setting("text", "LOG_FORMAT", one_of=("text", "json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsConfig:
    """The window of the aggregate line."""

    window_seconds: float = setting(60.0, "METRICS_WINDOW", at_least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideConfig:
    """Addresses and keys of parts that later capabilities use; named here so that they are known and masked."""

    database_url: str = setting("", "DATABASE_URL", secret=True)
    redis_url: str = setting("", "REDIS_URL", secret=True)
    n8n_url: str = setting("", "N8N_URL")
    n8n_api_key: str = setting("", "N8N_API_KEY", secret=True)
    lightrag_url: str = setting("", "LIGHTRAG_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnifiedConfig:
    """Everything, read once at start."""

    environment: str = setting("dev", "NEXY_ENV", one_of=("dev", "stage", "prod"))
    environment_is_default: bool = setting(True, derived=True)
    home: str = setting("", "NEXY_HOME")
    language: str = setting("auto", "NEXY_LANGUAGE", one_of=("auto", "ru", "en"))
    demo: bool = setting(False, "NEXY_DEMO")
    grpc: GrpcConfig = field(default_factory=GrpcConfig)
    http: HttpConfig = field(default_factory=HttpConfig)
    update: UpdateConfig = field(default_factory=UpdateConfig)
    api: ApiConfig = field(default_factory=ApiConfig)
    supabase: SupabaseConfig = field(default_factory=SupabaseConfig)
    n8n_facade: N8nFacadeConfig = field(default_factory=N8nFacadeConfig)
    backpressure: BackpressureConfig = field(default_factory=BackpressureConfig)
    features: FeaturesConfig = field(default_factory=FeaturesConfig)
    kill_switches: KillSwitches = field(default_factory=KillSwitches)
    welcome: WelcomeConfig = field(default_factory=WelcomeConfig)
    session_management: SessionsConfig = field(default_factory=SessionsConfig)
    ai_router: WordsConfig = field(default_factory=WordsConfig)
    text_processing: PromptsConfig = field(default_factory=PromptsConfig)
    text_filtering: SentencesConfig = field(default_factory=SentencesConfig)
    audio_generation: SpeechConfig = field(default_factory=SpeechConfig)
    coordination: CoordinationConfig = field(default_factory=CoordinationConfig)
    global_flags: GlobalFlagsConfig = field(default_factory=GlobalFlagsConfig)
    history: HistoryConfig = field(default_factory=HistoryConfig)
    memory_management: MemoryConfig = field(default_factory=MemoryConfig)
    outbox: OutboxConfig = field(default_factory=OutboxConfig)
    token_usage: UsageConfig = field(default_factory=UsageConfig)
    database: DatabaseConfig = field(default_factory=DatabaseConfig)
    access: AccessConfig = field(default_factory=AccessConfig)
    sensor_streams: SensorStreamsConfig = field(default_factory=SensorStreamsConfig)
    code_search: CodeSearchConfig = field(default_factory=CodeSearchConfig)
    backup: BackupConfig = field(default_factory=BackupConfig)
    browser_use: BrowserUseConfig = field(default_factory=BrowserUseConfig)
    logging: LoggingConfig = field(default_factory=LoggingConfig)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    outside: OutsideConfig = field(default_factory=OutsideConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsSection:
    """What `GlobalFlagProvider` starts with; `home` holds the switches.yaml that it watches."""

    features: FeaturesConfig = field(default_factory=FeaturesConfig)
    kill_switches: KillSwitches = field(default_factory=KillSwitches)
    home: str
    poll_seconds: float = 0.5
    max_interrupted_devices: int = 100_000


def flags_section(config: UnifiedConfig) -> FlagsSection:
    """The section of the module `global_flags`, gathered from the keys that it depends on."""
    return FlagsSection(
        features=config.features,
        kill_switches=config.kill_switches,
        home=config.home,
        poll_seconds=config.global_flags.poll_seconds,
        max_interrupted_devices=config.global_flags.max_interrupted_devices,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationSection:
    """What the module `coordination` starts with; without an address it is for this process alone."""

    config: CoordinationConfig = field(default_factory=CoordinationConfig)
    redis_url: str = field(default="", repr=False)


def coordination_section(config: UnifiedConfig) -> CoordinationSection:
    """The section of the module `coordination`."""
    return CoordinationSection(config=config.coordination, redis_url=config.outside.redis_url)
