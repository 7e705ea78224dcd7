"""Which providers there are, by the configuration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.routing_table import OFFLINE
from nexy.modules.ai_router.anthropic.dialect import ClaudeDialect
from nexy.modules.ai_router.exchange.dialect import Dialect, EmbeddingDialect
from nexy.modules.ai_router.exchange.http_embedder import HttpEmbedder
from nexy.modules.ai_router.exchange.http_provider import HttpProvider
from nexy.modules.ai_router.exchange.pool import ConnectionPool
from nexy.modules.ai_router.gemini.dialect import GeminiDialect
from nexy.modules.ai_router.offline.brain import OfflineBrain
from nexy.modules.ai_router.offline_code.brain import CodeBrain
from nexy.modules.ai_router.offline_provider import OfflineProvider
from nexy.modules.ai_router.ollama.dialect import OllamaDialect, OllamaEmbeddings
from nexy.modules.ai_router.openai.dialect import OpenAiDialect, OpenAiPassing
from nexy.modules.ai_router.openai.embeddings import OpenAiEmbeddings
from nexy.modules.ai_router.provider import Embedder, Provider

_DIALECTS: Mapping[str, Callable[[WordsConfig], Dialect]] = {
    "claude": ClaudeDialect,
    "openai": OpenAiDialect,
    "gemini": GeminiDialect,
    "ollama": OllamaDialect,
}
# The local one first: vectors of a whole project cost money elsewhere.
_EMBEDDERS: Mapping[str, Callable[[WordsConfig], EmbeddingDialect]] = {
    "ollama": OllamaEmbeddings,
    "openai": OpenAiEmbeddings,
}
_KEYS: Mapping[str, str] = {
    "openai": (
        "neither ai_router.openai.api_key (OPENAI_API_KEY) nor ai_router.openai.base_url (OPENAI_BASE_URL) is set"
    ),
    "claude": "ai_router.claude.api_key (ANTHROPIC_API_KEY) is not set",
    "gemini": "ai_router.gemini.api_key (GEMINI_API_KEY) is not set",
    "ollama": "ai_router.ollama.base_url (OLLAMA_URL) is not set",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Every configured provider by name, the offline brain among them, and those that give vectors, best first.

    `takes_any_model` is the provider for models whose names tell nothing.
    """

    providers: Mapping[str, Provider]
    embedders: Mapping[str, Embedder] = field(default_factory=dict)
    takes_any_model: str = ""
    pools: Sequence[ConnectionPool] = ()

    async def close(self) -> None:
        """Close what they hold."""
        for provider in self.providers.values():
            await provider.close()
        for pool in self.pools:
            await pool.close()


def configured(config: WordsConfig) -> Sequence[str]:
    """The models' providers that have what they need."""
    needs = {
        "claude": config.claude.api_key,
        "openai": config.openai.api_key.strip() or config.openai.base_url,
        "gemini": config.gemini.api_key,
        "ollama": config.ollama.base_url,
    }
    return [name for name, value in needs.items() if value.strip()]


def choose_sources(config: WordsConfig, clock: Clock) -> Sources:
    """What is configured; raises `ConfigurationInvalid` for a value that cannot be used, and for a provider that
    LLM_PROVIDER names without what it needs.
    """
    names = configured(config)
    if config.provider not in ("auto", OFFLINE, *names):
        last = "base_url" if config.provider == "ollama" else "api_key"
        raise ConfigurationInvalid(
            f"ai_router.provider (LLM_PROVIDER) is {config.provider!r}, but {_KEYS[config.provider]}",
            field=f"ai_router.{config.provider}.{last}",
        )
    pool = ConnectionPool(config)
    providers: dict[str, Provider] = {name: _provider(name, config, clock, pool) for name in names}
    providers[OFFLINE] = offline_provider(config, clock)
    embedders = {
        name: HttpEmbedder(dialect(config), config, clock, pool)
        for name, dialect in _EMBEDDERS.items()
        if name in names
    }
    # A server of one's own has models of any name; OpenAI's have names that tell.
    own_server = "openai" if config.openai.base_url.strip() else "ollama" if "ollama" in names else ""
    return Sources(providers=providers, embedders=embedders, takes_any_model=own_server, pools=(pool,))


def _provider(name: str, config: WordsConfig, clock: Clock, pool: ConnectionPool) -> HttpProvider:
    passing = OpenAiPassing(config) if name == "openai" else None
    return HttpProvider(_DIALECTS[name](config), config, clock, pool, passing)


def offline_provider(config: WordsConfig, clock: Clock) -> OfflineProvider:
    """The brain that needs nothing."""
    return OfflineProvider(OfflineBrain(config.offline, clock).answer, CodeBrain(config.offline.code))
