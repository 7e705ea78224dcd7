"""Numbers with no more digits than they deserve: bins by their width, levels by their reference, counts in words."""

import math
from collections.abc import Sequence

from nexy_client.catalogue import Catalogue


def bin_words(frequencies: Sequence[float], place: int, words: Catalogue) -> str:
    """The bin at `place` of centres in Hz: "961 Hz ± 47", or DC where it holds 0 Hz."""
    centre, half = frequencies[place], half_width(frequencies, place)
    digits = max(0, 1 - math.floor(math.log10(half))) if half > 0 else 0
    if centre <= 0 or centre - half < 0:
        return words.text("hertz.dc", high=f"{centre + half:.{digits}f}")
    if half <= 0:
        return words.text("hertz.alone", centre=f"{centre:.4g}")
    return words.text("hertz.bin", centre=f"{centre:.{digits}f}", half=f"{half:.{digits}f}")


def half_width(frequencies: Sequence[float], place: int) -> float:
    """Half of what lies between a bin and its neighbours, in Hz; 0 where there are none."""
    steps = [
        abs(frequencies[after] - frequencies[after - 1]) for after in (place, place + 1) if 0 < after < len(frequencies)
    ]
    return sum(steps) / len(steps) / 2 if steps else 0.0


def decibel_unit(unit: str, words: Catalogue) -> str:
    """What a level is relative to: "dB re 1 nm/m"; a unit that is in dB already says it itself."""
    return unit if "db" in unit.lower() else words.text("hertz.decibel", unit=unit).strip()


def counted(words: Catalogue, name: str, count: int) -> str:
    """ "1 frame", "2 frames"; Russian counts with a form that suits every number."""
    return words.text(f"count.{name}_{'one' if count == 1 else 'many'}", count=count)
