"""What the calls of a model cost, those included that end before their provider has counted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from nexy.contracts.words import WordsBegun, WordsDelta, WordsEvent, WordsUsage

# The usual rule for English is four characters a token; other scripts take about twice as many tokens.
_ASCII_CHARACTERS = 4.0
_OTHER_CHARACTERS = 2.0
# What common models charge for one picture lies between some hundred and some thousand.
_PICTURE_TOKENS = 1000


def estimated_tokens(text: str) -> int:
    """About how many tokens a text is, for want of the provider's own count."""
    ascii_only = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    return math.ceil(ascii_only / _ASCII_CHARACTERS + (len(text) - ascii_only) / _OTHER_CHARACTERS)


def summed(calls: Sequence[WordsUsage]) -> Sequence[WordsUsage]:
    """One call for each provider and model, in the order of the first; nobody's own request id stays."""
    sums: dict[tuple[str, str], WordsUsage] = {}
    for call in calls:
        key = (call.provider, call.model)
        so_far = sums.get(key, WordsUsage(provider=call.provider, model=call.model, input_tokens=0, output_tokens=0))
        sums[key] = replace(
            so_far,
            input_tokens=so_far.input_tokens + call.input_tokens,
            output_tokens=so_far.output_tokens + call.output_tokens,
            cache_read_tokens=so_far.cache_read_tokens + call.cache_read_tokens,
            cache_write_tokens=so_far.cache_write_tokens + call.cache_write_tokens,
            estimated=so_far.estimated or call.estimated,
        )
    return tuple(sums.values())


@dataclass(slots=True)
class WordsMeter:
    """Sees every event of the answers of one turn; a call without a count of its own is estimated."""

    _counted: list[WordsUsage] = field(default_factory=list)
    _begun: WordsBegun | None = None
    _heard: list[str] = field(default_factory=list)

    def note(self, event: WordsEvent) -> None:
        """The source of words has sent this."""
        match event:
            case WordsBegun():
                self._counted = [*self.calls]
                self._begun, self._heard = event, []
            case WordsDelta():
                if self._begun is not None:
                    self._heard.append(event.text)
            case WordsUsage():
                self._counted.append(event)
                self._begun = None
            case _:
                assert_never(event)

    @property
    def calls(self) -> Sequence[WordsUsage]:
        """Every call so far, in order; one that is still open as it would be counted now."""
        begun = self._begun
        if begun is None or begun.free:
            return tuple(self._counted)
        asked = sum(map(estimated_tokens, begun.asked))
        open_call = WordsUsage(
            provider=begun.provider,
            model=begun.model,
            input_tokens=asked + begun.pictures * _PICTURE_TOKENS,
            output_tokens=estimated_tokens("".join(self._heard)),
            estimated=True,
        )
        return (*self._counted, open_call)
