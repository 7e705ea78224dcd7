"""Sound for a sentence."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from nexy.contracts.request import Request
from nexy.contracts.turn import SoundEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak(Request[AsyncGenerator[SoundEvent, None]]):
    """Synthesise one sentence at the configured sample rate.

    `first_of_turn` asks for a first chunk of 20–40 ms; all others hold 100–200 ms, the last what is left.
    No chunk is empty. `voice` and `language` ("ru", "en", "he") override what the text itself suggests;
    `turn_language` decides only where the text has no letters of its own ("42").
    Raises `Unavailable` when no engine can speak.
    """

    text: str
    first_of_turn: bool = False
    voice: str = ""
    language: str = ""
    turn_language: str = "en"
