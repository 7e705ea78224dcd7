"""What will be remembered of a prompt, told before it is: the rules that learn are the ones that promise."""

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.memory import Foreseen
from nexy.modules.memory_management.facts import Keep, Withdraw
from nexy.modules.memory_management.one_line import one_line
from nexy.modules.memory_management.private_values import looks_private
from nexy.modules.memory_management.rules import stated_facts

# This is read before the first word of the answer, so it must not take milliseconds.
_LONGEST = 1000


def foreseen(prompt: str, config: MemoryConfig) -> Foreseen:
    """The facts that the rules find; a model may find more, a full memory takes none, a wall of text is not read."""
    if len(prompt) > _LONGEST:
        return Foreseen()
    said = prompt[: config.max_analysed_characters]
    ops = stated_facts(said, config.max_analysed_characters)[: config.max_facts_per_turn]
    texts = [one_line(op.text, config.max_fact_characters) for op in ops if isinstance(op, Keep)]
    return Foreseen(
        keeps=[text for text in texts if not looks_private(text)],
        ends=any(isinstance(op, Withdraw) for op in ops),
        private=not texts and looks_private(said),
    )
