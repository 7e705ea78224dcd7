"""espeak-ng in this process. GPL, not thread-safe, full of global state: only the worker imports this file."""

import ctypes
from collections.abc import Callable
from typing import Any

import espeakng_loader

_SYNCHRONOUS = 2
_RATE = 1
_POSITION_CHARACTER = 1
_PLAIN_UTF8 = 1
_BUFFER_MS = 50
_OK = 0

_SoundCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakLibrary:
    """Speaks plain text: markup and phoneme input are off, so text never steers the engine.

    `on_sound` receives PCM int16 mono at `sample_rate` as it is made and returns whether to go on.
    Raises `OSError` or `RuntimeError` when the library or its data is missing.
    """

    def __init__(self, words_per_minute: int, on_sound: Callable[[bytes], bool]) -> None:
        self._words_per_minute = words_per_minute
        self._voice = ""
        self._library = _declared(ctypes.CDLL(espeakng_loader.get_library_path()))
        data = espeakng_loader.get_data_path().encode()
        self.sample_rate: int = self._library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, data, 0)
        if self.sample_rate <= 0:
            raise OSError("espeak-ng does not initialise")
        # The library keeps a bare pointer: the callback lives as long as this object.
        self._callback = _SoundCallback(_forwarder(on_sound))
        self._library.espeak_SetSynthCallback(self._callback)

    def use_voice(self, name: str) -> bool:
        """Choose a voice ("ru", "en-us", "en+f3"); false when there is none of that name."""
        # Choosing a voice reads its dictionary again. A variant ("+") may echo, and the echo is cleared by choosing.
        if name == self._voice and "+" not in name:
            return True
        known = bool(self._library.espeak_SetVoiceByName(name.encode()) == _OK)
        self._library.espeak_SetParameter(_RATE, self._words_per_minute, 0)
        self._voice = name if known else ""
        return known

    def speak(self, text: bytes) -> bool:
        """Synthesise UTF-8 text; returns when all of its sound was handed over or refused."""
        answer = self._library.espeak_Synth(
            text + b"\0", len(text) + 1, 0, _POSITION_CHARACTER, 0, _PLAIN_UTF8, None, None
        )
        return bool(answer == _OK)


def _forwarder(on_sound: Callable[[bytes], bool]) -> Callable[[Any, int, Any], int]:
    def forward(samples: Any, count: int, _events: Any) -> int:  # noqa: ANN401  foreign pointers
        if count > 0 and not on_sound(ctypes.string_at(samples, 2 * count)):
            return 1
        return 0

    return forward


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    number, text, pointer = ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p
    library.espeak_Initialize.argtypes = (number, number, text, number)
    library.espeak_SetSynthCallback.argtypes = (_SoundCallback,)
    library.espeak_SetVoiceByName.argtypes = (text,)
    library.espeak_SetParameter.argtypes = (number, number, number)
    library.espeak_Synth.argtypes = (
        *(text, ctypes.c_size_t, ctypes.c_uint, number),
        *(ctypes.c_uint, ctypes.c_uint, pointer, pointer),
    )
    return library
