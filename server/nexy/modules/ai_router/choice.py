"""Which providers answer, in which order, by the configuration."""

from collections.abc import Sequence

from nexy.config.sections import WordsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.ai_router.offline.brain import OfflineBrain
from nexy.modules.ai_router.openai.address import openai_endpoint
from nexy.modules.ai_router.openai.provider import OpenAiProvider
from nexy.modules.ai_router.provider import WordsProvider

_LATER = (
    "ai_router.provider (LLM_PROVIDER) is {name!r}, which comes with the AI router; "
    "today: auto, openai, offline. A local Ollama works now as openai with "
    "OPENAI_BASE_URL=http://127.0.0.1:11434/v1"
)
_NOT_CONFIGURED = (
    "ai_router.provider (LLM_PROVIDER) is 'openai', but neither ai_router.openai.api_key (OPENAI_API_KEY) "
    "nor ai_router.openai.base_url (OPENAI_BASE_URL) is set"
)


def choose_providers(config: WordsConfig, clock: Clock) -> Sequence[WordsProvider]:
    """The chain for `auto`: whatever is configured, then the offline brain; a named provider stands alone.

    Alone, so that its failure is a failure and not a silently weaker answer.
    """
    configured = bool(config.openai.api_key.strip() or config.openai.base_url.strip())
    match config.provider:
        case "auto":
            first = [_openai(config, clock)] if configured else []
            return [*first, OfflineBrain(config.offline, clock)]
        case "offline":
            return [OfflineBrain(config.offline, clock)]
        case "openai":
            if not configured:
                raise ConfigurationInvalid(_NOT_CONFIGURED, field="ai_router.openai.api_key")
            return [_openai(config, clock)]
        case name:
            raise ConfigurationInvalid(_LATER.format(name=name), field="ai_router.provider")


def _openai(config: WordsConfig, clock: Clock) -> OpenAiProvider:
    return OpenAiProvider(config, openai_endpoint(config.openai), clock)
