"""One whole screen of `view`: pictures, axes, scale, loudest place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.style import printable
from nexy_client.stream_cli.viewing.describing import frequency
from nexy_client.stream_cli.viewing.history import History
from nexy_client.stream_cli.viewing.peak import Peak
from nexy_client.stream_cli.viewing.picture import colour_bar, half_blocks, shaded, ticks
from nexy_client.validation.outputs.colours import scale_of

NARROWEST, LOWEST = 30, 8
BOTH, CHANNELS, FREQUENCIES = range(3)
_BOTH_FROM = 70
_FRAME_LINES = 5
_WIDEST_BAR, _NARROWEST_BAR = 24, 4
_TIME_WIDTH = 6
_CLEAR_LINE = "\x1b[K"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What does not change: names, axes, and what the levels are (dB re 1 …)."""

    title: str
    channels: tuple[int, int]
    frequencies: tuple[float, float]
    unit: str


@dataclass(slots=True, kw_only=True)
class State:
    """What changes from row to row."""

    peak: Peak | None = None
    frame: int = 0
    rate: float = 0.0
    lost: int = 0
    silent_s: float = 0.0
    paused: bool = False
    ended: bool = False
    panes: int = BOTH


class Screen:
    """Draws; knows nothing of terminals but their size."""

    def __init__(self, scene: Scene, words: Catalogue, *, colours: bool) -> None:
        self._scene = scene
        self._words = words
        self._colours = colours

    def drawn(self, history: History, state: State, size: tuple[int, int]) -> str:
        """The screen of `size` (columns, lines), from its top left corner."""
        width, height = size
        if width < NARROWEST or height < LOWEST:
            return "\x1b[H\x1b[2J" + self._words.text("view.too_small")[:width]
        lines = [line + _CLEAR_LINE for line in self._lines(history, state, width, height)]
        return "\x1b[H" + "\r\n".join(lines) + "\x1b[J"

    def _lines(self, history: History, state: State, width: int, height: int) -> Iterator[str]:
        rows = height - _FRAME_LINES
        panes = self._panes(state.panes, width - _TIME_WIDTH)
        pixels = rows * 2 if self._colours else rows
        told = [history.newest(pixels, channels=pane == CHANNELS) for pane, _ in panes]
        # The loudest channel of every frequency lies in a narrow band: on one scale with the other it would be flat.
        scales = [scale_of(one.ravel()) for one in told]
        draw = half_blocks if self._colours else shaded
        pictures = [draw(one, room, rows, scale) for one, scale, (_, room) in zip(told, scales, panes, strict=True)]
        yield printable(self._scene.title)[:width]
        per_row = history.seconds_per_line * (pixels // rows)
        for row in range(rows):
            label = f"{0 - row * per_row:.3g}" if row % 5 == 0 else ""
            yield f"{label:>{_TIME_WIDTH - 1}} " + " ".join(picture[row] for picture in pictures)
        yield " " * _TIME_WIDTH + " ".join(self._axis(pane, room) for pane, room in panes)
        yield self._peak_line(state)[:width]
        yield self._legend(panes, scales, width)
        yield self._keys(history, state)[:width]

    def _panes(self, wish: int, room: int) -> Sequence[tuple[int, int]]:
        if wish == BOTH and room >= _BOTH_FROM:
            left = room * 3 // 5
            return ((CHANNELS, left), (FREQUENCIES, room - left - 1))
        return ((FREQUENCIES if wish == FREQUENCIES else CHANNELS, room),)

    def _axis(self, pane: int, room: int) -> str:
        if pane == CHANNELS:
            return ticks(self._scene.channels, room, self._words.text("view.channels"))
        return ticks(self._scene.frequencies, room, self._words.text("view.hertz"))

    def _peak_line(self, state: State) -> str:
        words, peak = self._words, state.peak
        if peak is None:
            return words.text("view.waiting")
        where = frequency(peak, words, spoken=False)
        told = words.text("view.peak", channel=peak.channel, where=where, level=peak.level)
        return f"{told} · {words.text('view.state', frame=state.frame, rate=state.rate, lost=state.lost)}"

    def _legend(self, panes: Sequence[tuple[int, int]], scales: Sequence[tuple[float, float]], width: int) -> str:
        """What the colours mean in each picture; the bar is what gives way."""
        words, unit = self._words, printable(self._scene.unit)
        names = [words.text("view.channels" if pane == CHANNELS else "view.hertz") for pane, _ in panes]
        first, *others = [f"{low:.0f}…{high:.0f}" for low, high in scales]
        more = "".join(f", {name} {told}" for name, told in zip(names[1:], others, strict=True))
        before, after = f"{names[0]} {first} ", f"{more} {unit}"
        room = min(width - len(before) - len(after), _WIDEST_BAR)
        if room < _NARROWEST_BAR:
            return f"{unit}: {before.strip()}{more}"[:width]
        return f"{before}{colour_bar(room, self._colours)}{after}"

    def _keys(self, history: History, state: State) -> str:
        words = self._words
        mark = ""
        if state.paused:
            mark = f"[{words.text('view.paused')}] "
        elif state.silent_s and not state.ended:
            mark = f"[{words.text('view.silent', seconds=state.silent_s)}] "
        per_line = history.seconds_per_line * (2 if self._colours else 1)
        keys = words.text("view.ended") if state.ended else words.text("view.keys", seconds=per_line)
        return mark + keys
