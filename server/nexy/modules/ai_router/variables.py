"""What an operator sets, so that a provider can be asked."""

from collections.abc import Mapping

from nexy.contracts.routing_table import OFFLINE

VARIABLES: Mapping[str, str] = {
    "claude": "ANTHROPIC_API_KEY",
    "openai": "OPENAI_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "ollama": "OLLAMA_URL",
    OFFLINE: "",
}
"""The one that holds its key, or for who has none its address."""
_ALSO = {"openai": " or OPENAI_BASE_URL"}


def variables_of(provider: str) -> str:
    """What to set, so that the provider can be asked."""
    return VARIABLES[provider] + _ALSO.get(provider, "")
