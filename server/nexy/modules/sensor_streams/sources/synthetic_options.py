"""What a computed fibre is made of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from nexy.modules.sensor_streams.sources.options import OptionReader

DEMO_TONES = "10-19:62.5:1;40-49:125:0.5;70-79:250:0.25"
"""What sounds where nothing is ordered: at the centre of a bin for every nfft there is."""

_DEMO_VEHICLE = 20.0
_CHANNELS = re.compile(r"\*|(\d{1,9})(?:-(\d{1,9}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """amplitude · sin(2π · hertz · i / rate) on channel indexes [first, last]; `hertz` is exact."""

    first: int
    last: int
    hertz: Fraction
    amplitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticOptions:
    """channels, rate (Hz), dx (m), noise (rms), tones, vehicle (m/s, 0: none), footsteps, dead, nan, seed.

    duration: seconds of a historic source; without it the fibre is live. start: when a historic one begins.
    Without any option there are three tones, a vehicle and footsteps.
    """

    channels: int
    rate: Fraction
    distance_step_m: float
    first_channel: int
    duration_s: float
    start_s: float
    unit: str
    noise: float
    tones: tuple[Tone, ...]
    vehicle: float
    footsteps: bool
    dead: tuple[int, ...]
    nan: tuple[int, ...]
    seed: int


def synthetic_options(given: OptionReader) -> SyntheticOptions:
    """Read them; `tones=CHANNEL:HZ:AMPLITUDE;…`, a channel may be `3-7` or `*`. Raises `ConfigurationInvalid`."""
    channels = given.whole("channels", 100, 1, 1_000_000)
    given.number("rate", 1000.0, 0.001, 1e6)
    rate = Fraction(given.text("rate", "1000") or "1000")
    lowest = given.whole("first_channel", 0, 0, 1_000_000_000)
    highest = lowest + channels - 1
    demo = given.nothing_given
    tones = _listed(given, "tones", DEMO_TONES if demo else "")
    return SyntheticOptions(
        channels=channels,
        rate=rate,
        distance_step_m=given.number("dx", 1.0, 1e-6, 1e6),
        first_channel=lowest,
        duration_s=given.number("duration", 0.0, 0.001, 1e9),
        start_s=given.number("start", -1.0, 0.0, 4e9),
        unit=given.text("unit", "strain/s"),
        noise=given.number("noise", 0.01, 0.0, 1e30),
        tones=tuple(_tone(given, text, lowest, highest, rate) for text in tones),
        vehicle=given.number("vehicle", _DEMO_VEHICLE if demo else 0.0, 0.0, 1000.0),
        footsteps=given.flag("footsteps") or demo,
        dead=_indexes(given, "dead", lowest, highest),
        nan=_indexes(given, "nan", lowest, highest),
        seed=given.whole("seed", 0, 0, 2**31),
    )


def _listed(given: OptionReader, name: str, default: str = "") -> Sequence[str]:
    return [part.strip() for part in given.text(name, default).split(";") if part.strip()]


def _indexes(given: OptionReader, name: str, lowest: int, highest: int) -> tuple[int, ...]:
    """Channel indexes, ascending, out of `3;7;10-12`."""
    found: set[int] = set()
    for text in _listed(given, name):
        first, last = _span(given, name, text, lowest, highest)
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def _span(given: OptionReader, name: str, text: str, lowest: int, highest: int) -> tuple[int, int]:
    match = _CHANNELS.fullmatch(text)
    if match is None:
        raise given.wrong(name, f"'{text}' is not a channel, a range like 3-7, or *")
    if match[1] is None:
        return 0, highest - lowest
    first = int(match[1])
    last = int(match[2] or first)
    if not lowest <= first <= last <= highest:
        raise given.wrong(name, f"'{text}' is not within the channels {lowest}..{highest}")
    return first - lowest, last - lowest


def _tone(given: OptionReader, text: str, lowest: int, highest: int, rate: Fraction) -> Tone:
    parts = text.split(":")
    if len(parts) != 3:
        raise given.wrong("tones", f"'{text}' is not CHANNEL:HZ:AMPLITUDE")
    first, last = _span(given, "tones", parts[0], lowest, highest)
    given.parsed("tones", parts[1])
    hertz = Fraction(parts[1].strip())
    if not 0 <= hertz <= rate / 2:
        raise given.wrong("tones", f"{parts[1]} Hz is not from 0 to the Nyquist frequency, {float(rate / 2):g} Hz")
    return Tone(first=first, last=last, hertz=hertz, amplitude=given.parsed("tones", parts[2]))
