"""Axes, lines and bars as SVG: small, without scripts, coloured by the page's own style."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 14, 12, 40
_TICKS = 5
_NICE = (1, 2, 2.5, 5, 10)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From `low` to `high`; logarithmic where `log`. `label` names what it is and its unit.

    `whole`: only whole numbers have a tick.
    """

    low: float
    high: float
    label: str
    log: bool = False
    whole: bool = False

    def share(self, value: float) -> float:
        """Where the value lies between the ends, 0 to 1."""
        if self.log:
            low, high = math.log10(self.low), math.log10(self.high)
            return min(max((math.log10(max(value, self.low)) - low) / (high - low), 0.0), 1.0)
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def ticks(self) -> Sequence[float]:
        """Round values between the ends."""
        if self.log:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            if last - first < 2:
                told = [nice * 10.0**power for power in range(first - 1, last + 1) for nice in (1, 2, 5)]
                seen = [value for value in told if self.low <= value <= self.high]
                return seen if len(seen) > 1 else self._even_ticks()
            every = max(1, math.ceil((last - first) / _TICKS))
            return [10.0**power for power in range(first, last + 1, every)]
        return self._even_ticks()

    def _even_ticks(self) -> Sequence[float]:
        rough = (self.high - self.low) / _TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(nice * power for nice in _NICE if nice * power >= rough * 0.999)
        step = max(round(step), 1.0) if self.whole else step
        first = math.ceil(self.low / step)
        return [step * place for place in range(first, math.floor(self.high / step * (1 + 1e-9)) + 1)]


def axis(values: Sequence[float], label: str, *, log: bool = False, from_zero: bool = False) -> Axis:
    """An axis that shows all these values, with a little room."""
    known = [value for value in values if math.isfinite(value) and (value > 0 or not log)]
    low, high = (min(known), max(known)) if known else (0.1 if log else 0.0, 1.0)
    if log:
        return Axis(low=low / 1.2, high=max(high, low * 1.01) * 1.2, label=label, log=True)
    low = min(low, 0.0) if from_zero else low
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return Axis(low=low if from_zero else low - room, high=high + room, label=label)


def chart(x: Axis, y: Axis, body: str, *, title: str, words: str) -> str:
    """A whole picture: `title` is its name and `words` tell what it shows to those who do not see it."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(f"{title}. {words}", quote=True)}">'
        f"{_frame(x, y)}{body}</svg>"
    )


def at(x: Axis, y: Axis, point: Point) -> Point:
    """The pixel of a point."""
    return (
        LEFT + x.share(point[0]) * (WIDTH - LEFT - RIGHT),
        HEIGHT - BOTTOM - y.share(point[1]) * (HEIGHT - TOP - BOTTOM),
    )


def line(x: Axis, y: Axis, points: Sequence[Point], style: str) -> str:
    """A line through the points; `style` is a class of the page."""
    told = " ".join("{:.1f},{:.1f}".format(*at(x, y, point)) for point in points if all(map(math.isfinite, point)))
    return f'<polyline class="line {style}" points="{told}"/>' if told else ""


def bars(x: Axis, y: Axis, edges: Sequence[float], heights: Sequence[float]) -> str:
    """One bar between each two edges."""
    told = []
    for left, right, height in zip(edges, edges[1:], heights, strict=False):
        if height > 0:
            (x0, y0), (x1, y1) = at(x, y, (left, height)), at(x, y, (right, y.low))
            told.append(
                f'<rect class="bar" x="{x0:.1f}" y="{y0:.1f}" '
                f'width="{max(x1 - x0 - 1, 1):.1f}" height="{y1 - y0:.1f}"/>'
            )
    return "".join(told)


def limit(x: Axis, y: Axis, value: float, words: str, *, vertical: bool = False) -> str:
    """A dashed line where something is limited."""
    ends = ((value, y.low), (value, y.high)) if vertical else ((x.low, value), (x.high, value))
    (x0, y0), (x1, y1) = (at(x, y, end) for end in ends)
    place = f'x="{x0 + 4:.1f}" y="{TOP + 12}"' if vertical else f'x="{x1 - 4:.1f}" y="{y0 - 4:.1f}" text-anchor="end"'
    return (
        f'<line class="limit" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'
        f'<text class="limit-words" {place}>{escape(words)}</text>'
    )


def key(x: Axis, y: Axis, names: Sequence[tuple[str, str]]) -> str:
    """Which line is which: the style of each and its name, at the top."""
    told = "".join(
        f'<tspan class="key {style}" dx="{12 if place else 0}">\u2501 {escape(name)}</tspan>'
        for place, (style, name) in enumerate(names)
    )
    left, _ = at(x, y, (x.low, y.high))
    return f'<text x="{left + 8:.0f}" y="{TOP + 14}">{told}</text>'


def image(url: str) -> str:
    """A picture that fills the axes."""
    return (
        f'<image href="{url}" x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{HEIGHT - TOP - BOTTOM}" '
        'preserveAspectRatio="none" style="image-rendering:pixelated"/>'
    )


def _frame(x: Axis, y: Axis) -> str:
    pieces = []
    for tick in x.ticks():
        px, _ = at(x, y, (tick, y.low))
        pieces.append(f'<line class="grid" x1="{px:.1f}" y1="{TOP}" x2="{px:.1f}" y2="{HEIGHT - BOTTOM}"/>')
        pieces.append(f'<text x="{px:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{number(tick)}</text>')
    for tick in y.ticks():
        _, py = at(x, y, (x.low, tick))
        pieces.append(f'<line class="grid" x1="{LEFT}" y1="{py:.1f}" x2="{WIDTH - RIGHT}" y2="{py:.1f}"/>')
        pieces.append(f'<text x="{LEFT - 6}" y="{py + 4:.1f}" text-anchor="end">{number(tick)}</text>')
    middle = TOP + (HEIGHT - TOP - BOTTOM) / 2
    pieces.append(f'<text x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(x.label)}</text>')
    pieces.append(
        f'<text x="14" y="{middle:.0f}" text-anchor="middle" transform="rotate(-90 14 {middle:.0f})">'
        f"{escape(y.label)}</text>"
    )
    return "".join(pieces)


def number(value: float) -> str:
    """A tick's number, as short as it can be."""
    return f"{value:.4g}".replace("e-0", "e-").replace("e+0", "e")
