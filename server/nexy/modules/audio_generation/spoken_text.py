"""Text that no engine can trip over, and the voices to try for it."""

import re
from collections.abc import Sequence

from nexy.config.sections import SpeechConfig
from nexy.contracts.errors import TooLarge
from nexy.contracts.speech import Speak
from nexy.utils.language import detect_language

MAX_CHARACTERS = 200_000

# Controls (one of them steers espeak), marks of writing direction, lone surrogates, characters that are none.
_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ud800-\udfff\ufeff\ufffe\uffff]")
_VOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,39}")


def clean_text(text: str) -> str:
    """The same words without anything but text; raises `TooLarge` beyond the bound."""
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"text: longer than {MAX_CHARACTERS} characters", field="text")
    return _UNSPEAKABLE.sub(" ", text).strip()


def voices_for(sentence: Speak, settings: SpeechConfig) -> Sequence[str]:
    """The voices to try in turn: the one asked for, the asked language's, that of the text itself."""
    configured = {"ru": settings.voice_ru, "en": settings.voice_en, "he": settings.voice_he}
    language = re.split("[-_]", sentence.language.strip().lower())[0]
    detected = detect_language(sentence.text, sentence.turn_language)
    wanted = (sentence.voice.strip(), configured.get(language, language), configured.get(detected, detected))
    return [voice for voice in dict.fromkeys((*wanted, settings.voice_en)) if _VOICE.fullmatch(voice)]
