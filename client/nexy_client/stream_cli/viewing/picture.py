"""A matrix of levels as lines of half blocks: two pixels in every character."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nexy_client.validation.outputs.colours import colour_table, shares

_RESET = "\x1b[0m"
_SHADES = " .:-=+*#%@"
_GAP_SHADE = "_"
_GAP_COLOUR = 128


def fitted(told: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """[line][width]: the loudest of several neighbours, or each of a few drawn wide."""
    have = told.shape[1]
    if have <= width:
        return told[:, np.arange(width) * have // width]
    return np.maximum.reduceat(told, np.arange(width) * have // width, axis=1)


def half_blocks(told: NDArray[np.float64], width: int, height: int, scale: tuple[float, float]) -> list[str]:
    """`height` lines of `width` characters in 24-bit colours; what there is not yet stays black, a gap is grey."""
    pixels = np.zeros((height * 2, width, 3), np.uint8)
    if told.size:
        heard = fitted(told[: height * 2], width)
        steps = np.rint(shares(np.nan_to_num(heard, nan=scale[0]), scale) * 255).astype(np.uint8)
        pixels[: len(steps)] = colour_table()[steps]
        pixels[: len(steps)][np.isnan(heard).all(axis=1)] = _GAP_COLOUR
    return [_line(pixels[2 * row], pixels[2 * row + 1]) for row in range(height)]


def _line(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> str:
    told, before = [], None
    for high, low in zip(upper.tolist(), lower.tolist(), strict=True):
        if (high, low) != before:
            told.append("\x1b[38;2;{};{};{};48;2;{};{};{}m".format(*high, *low))
            before = (high, low)
        told.append("▀")
    return "".join(told) + _RESET


def shaded(told: NDArray[np.float64], width: int, height: int, scale: tuple[float, float]) -> list[str]:
    """The same without colours: ten characters from quiet to loud, one pixel each."""
    lines = []
    if told.size:
        heard = fitted(told[:height], width)
        steps = np.rint(shares(np.nan_to_num(heard, nan=scale[0]), scale) * (len(_SHADES) - 1)).astype(int)
        lines = ["".join(_SHADES[step] for step in line) for line in steps.tolist()]
        for place in np.flatnonzero(np.isnan(heard).all(axis=1)):
            lines[place] = _GAP_SHADE * width
    return lines + [" " * width] * (height - len(lines))


def ticks(edges: tuple[float, float], width: int, label: str) -> str:
    """Values under a picture whose left and right ends are `edges`; the label stands at the left."""
    low, high = edges
    line = [" "] * width
    step = max(10, width // 6)
    for place in range(0, width - 4, step):
        value = low + (high - low) * place / max(width - 1, 1)
        _put(line, place, f"{value:.0f}" if high - low > 20 else f"{value:.3g}")
    _put(line, width - len(label), label)
    return "".join(line)


def _put(line: list[str], place: int, text: str) -> None:
    if place < 0:
        return
    for offset, mark in enumerate(text):
        if place + offset < len(line):
            line[place + offset] = mark


def colour_bar(width: int, colours: bool) -> str:
    """From quiet to loud."""
    if not colours:
        return "".join(_SHADES[place * (len(_SHADES) - 1) // max(width - 1, 1)] for place in range(width))
    table: Sequence[Sequence[int]] = colour_table(width).tolist()
    return "".join("\x1b[48;2;{};{};{}m ".format(*colour) for colour in table) + _RESET
