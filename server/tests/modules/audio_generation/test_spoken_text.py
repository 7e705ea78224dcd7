"""Cleaning text and choosing voices."""

import pytest

from nexy.config.sections import SpeechConfig
from nexy.contracts.errors import TooLarge
from nexy.contracts.speech import Speak
from nexy.modules.audio_generation.spoken_text import MAX_CHARACTERS, clean_text, voices_for


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain", "plain"),
        ("one\x00two", "one two"),
        ("\x01+50s louder", "+50s louder"),
        ("tab\tand\nline", "tab and line"),
        ("lone \ud83d surrogate \udc00", "lone   surrogate"),
        ("\u202edrawkcab\u202c", "drawkcab"),
        ("\ufefffirst", "first"),
        ("\x85next\x9f", "next"),
        (" \x00 \n ", ""),
        ("<speak>hi</speak>", "<speak>hi</speak>"),
        ("שלום, Привет! 😀", "שלום, Привет! 😀"),
    ],
)
def test_only_text_is_left(text: str, clean: str) -> None:
    """Controls, marks of direction and lone surrogates become spaces; words of any script stay."""
    assert clean_text(text) == clean


def test_every_code_point_can_be_sent() -> None:
    """Whatever the model writes, the cleaned text is valid UTF-8 without control characters."""
    everything = "".join(map(chr, range(0x1_1000)))
    cleaned = clean_text(everything)
    assert cleaned.encode().decode() == cleaned
    assert not any(ord(char) < 32 or 0xD800 <= ord(char) < 0xE000 for char in cleaned)


def test_endless_text_is_refused() -> None:
    """A text beyond the bound is refused by name."""
    with pytest.raises(TooLarge) as refusal:
        clean_text("a" * (MAX_CHARACTERS + 1))
    assert refusal.value.field == "text"


@pytest.mark.parametrize(
    ("request_", "first"),
    [
        (Speak(text="Good morning"), "en-us"),
        (Speak(text="Доброе утро"), "ru"),
        (Speak(text="בוקר טוב"), "he"),
        (Speak(text="42", turn_language="ru"), "ru"),
        (Speak(text="42"), "en-us"),
        (Speak(text="Открой Safari"), "ru"),
        (Speak(text="Hello", language="ru"), "ru"),
        (Speak(text="Hello", language="RU-ru"), "ru"),
        (Speak(text="Hello", language="he_IL"), "he"),
        (Speak(text="Bonjour", language="fr"), "fr"),
        (Speak(text="Hello", voice="en+f3", language="ru"), "en+f3"),
        (Speak(text="42", turn_language="?"), "en-us"),
    ],
)
def test_the_first_voice(request_: Speak, first: str) -> None:
    """A wish of the request comes first, then what the text is written in, then the turn's language."""
    assert voices_for(request_, SpeechConfig())[0] == first


def test_every_wish_has_a_fallback() -> None:
    """After the voice asked for come the language's and the text's own, each once, and English last."""
    request = Speak(text="Привет", voice="nobody", language="he")
    assert voices_for(request, SpeechConfig()) == ["nobody", "he", "ru", "en-us"]
    assert voices_for(Speak(text="Hello"), SpeechConfig()) == ["en-us"]


def test_configured_voices_are_used() -> None:
    """The configuration's voices stand for the languages."""
    settings = SpeechConfig(voice_ru="ru+f2", voice_en="en-gb", voice_he="he+m1")
    assert voices_for(Speak(text="Привет"), settings)[0] == "ru+f2"
    assert voices_for(Speak(text="Hello"), settings)[0] == "en-gb"
    assert voices_for(Speak(text="שלום"), settings)[0] == "he+m1"


@pytest.mark.parametrize("voice", ["../../etc/passwd", "a/b", "-v", "a" * 41, "en us", "en\x00", "ру", ""])
def test_a_malformed_voice_never_reaches_the_engine(voice: str) -> None:
    """A voice's name is a name: no path, no option, no control character."""
    assert voices_for(Speak(text="Hello", voice=voice, language=voice), SpeechConfig()) == ["en-us"]
