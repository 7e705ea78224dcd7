"""What the talk is about now: the last exchanges, each shortened, without a model."""

from nexy.config.memory_management_section import MemoryConfig
from nexy.modules.memory_management.one_line import one_line
from nexy.modules.memory_management.private_values import looks_private

_ARROW = " → "


def with_exchange(earlier: str, prompt: str, answer: str, config: MemoryConfig) -> str:
    """The earlier exchanges and this one, oldest first and no more than are kept; a private one is left out."""
    if looks_private(prompt) or looks_private(answer):
        return earlier
    said = [one_line(text, config.short_term_characters).replace(_ARROW, " ") for text in (prompt, answer)]
    lines = [*earlier.splitlines(), _ARROW.join(part for part in said if part)]
    return (
        "\n".join(line for line in lines[-config.short_term_exchanges :] if line) if config.short_term_exchanges else ""
    )
