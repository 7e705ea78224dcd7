"""What a person types, as values; what cannot be meant is refused in one sentence."""

from argparse import ArgumentTypeError
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from math import isfinite
from types import MappingProxyType

from nexy_client.catalogue import Catalogue
from nexy_client.streams.address import parse_address
from nexy_client.streams.failure import AddressInvalid
from nexy_client.validation.checker.configuring import DEFAULT_API_PORT
from nexy_client.validation.thresholds import Thresholds
from nexy_protocol.encoding import Encoding

NFFT_LEAST, NFFT_MOST = 128, 65_536
ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {"float": Encoding.FLOAT, "f32": Encoding.PACKED_F32, "u8": Encoding.PACKED_U8}
)
VIEWS: Mapping[str, int] = MappingProxyType({"multichannel": 0, "single": 1, "waterfall": 2})
KNOWN_THRESHOLDS = tuple(one.name for one in fields(Thresholds))


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A time: epoch seconds, or seconds after the beginning of the recording."""

    seconds: float
    after_begin: bool = False


class Values:
    """Converters for argparse, in one language."""

    def __init__(self, words: Catalogue) -> None:
        self._words = words

    def _wrong(self, key: str, /, **values: object) -> ArgumentTypeError:
        return ArgumentTypeError(self._words.text(f"value.{key}", **values))

    def address(self, text: str) -> str:
        """host, host:port or URL of the REST door, kept as it is."""
        try:
            parse_address(text, None if _has_port(text) else DEFAULT_API_PORT)
        except AddressInvalid as invalid:
            raise self._wrong("address", text=text) from invalid
        return text

    def channels(self, text: str) -> tuple[int, int]:
        """MIN-MAX, or one channel."""
        first, _, last = text.partition("-")
        if not first.isdecimal() or not (last.isdecimal() or last == ""):
            raise self._wrong("channels", text=text)
        pair = int(first), int(last or first)
        if pair[0] > pair[1] or (not last and "-" in text):
            raise self._wrong("channels", text=text)
        return pair

    def frequencies(self, text: str) -> tuple[float, float]:
        """MIN-MAX in Hz."""
        try:
            low, high = (float(one) for one in text.split("-"))
        except ValueError as wrong:
            raise self._wrong("frequencies", text=text) from wrong
        if not (0 <= low < high and isfinite(high)):
            raise self._wrong("frequencies", text=text)
        return low, high

    def nfft(self, text: str) -> int:
        """A power of two."""
        number = int(text) if text.isdecimal() else 0
        if not NFFT_LEAST <= number <= NFFT_MOST or number & (number - 1):
            raise self._wrong("nfft", text=text, near=_near_powers(number))
        return number

    def whole(self, text: str) -> int:
        """From 1 on."""
        if not text.isdecimal() or int(text) < 1:
            raise self._wrong("whole", text=text)
        return int(text)

    def stream(self, text: str) -> int:
        """From 0 on."""
        if not text.isdecimal():
            raise self._wrong("stream", text=text)
        return int(text)

    def seconds(self, text: str) -> float:
        """Above 0."""
        number = self._number(text, "seconds")
        if not 0 < number <= 604_800:
            raise self._wrong("seconds", text=text)
        return number

    def speed(self, text: str) -> float:
        """From 0 on."""
        number = self._number(text, "speed")
        if number < 0:
            raise self._wrong("speed", text=text)
        return number

    def when(self, text: str) -> When:
        """+S, epoch seconds, or ISO 8601 (UTC unless it says otherwise)."""
        try:
            return When(seconds=_finite(text), after_begin=text.startswith("+"))
        except ValueError:
            pass
        try:
            told = datetime.fromisoformat(text)
        except ValueError as wrong:
            raise self._wrong("when", text=text) from wrong
        return When(seconds=(told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp())

    def view(self, text: str) -> int:
        """A name or its number."""
        if text.isdecimal() and int(text) in VIEWS.values():
            return int(text)
        if text not in VIEWS:
            raise self._wrong("one_of", text=text, known=", ".join(VIEWS))
        return VIEWS[text]

    def encoding(self, text: str) -> Encoding:
        """How intensities travel."""
        if text not in ENCODINGS:
            raise self._wrong("one_of", text=text, known=", ".join(ENCODINGS))
        return ENCODINGS[text]

    def language(self, text: str) -> str:
        """en or ru."""
        if text not in ("en", "ru"):
            raise self._wrong("one_of", text=text, known="en, ru")
        return text

    def color(self, text: str) -> str:
        """When to use colours."""
        if text not in ("auto", "always", "never"):
            raise self._wrong("one_of", text=text, known="auto, always, never")
        return text

    def threshold(self, text: str) -> tuple[str, float]:
        """NAME=VALUE; a hyphen in the name is as good as its underscore."""
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise self._wrong("threshold_form", text=text)
        if name not in KNOWN_THRESHOLDS:
            raise self._wrong("threshold_name", name=name, known=", ".join(KNOWN_THRESHOLDS))
        number = self._number(value, "threshold_number", name=name)
        if number < 0:
            raise self._wrong("threshold_number", text=value, name=name)
        return name, int(number) if number == int(number) else number

    def _number(self, text: str, problem: str, /, **more: object) -> float:
        try:
            return _finite(text)
        except ValueError as wrong:
            raise self._wrong(problem, text=text, **more) from wrong


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def _has_port(text: str) -> bool:
    host = text.partition("://")[2] or text
    return host.partition("/")[0].rpartition("]")[2].count(":") == 1


def _near_powers(number: int) -> str:
    below = max(NFFT_LEAST, 1 << max(number.bit_length() - 1, 0))
    below = min(below, NFFT_MOST)
    above = min(below * 2, NFFT_MOST)
    return str(below) if below == above else f"{below}, {above}"
