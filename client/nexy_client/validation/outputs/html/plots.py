"""The pictures of one stream."""

import math
from collections.abc import Sequence

import numpy as np

from nexy_client.catalogue import Catalogue
from nexy_client.validation.measures import LATENCY_EDGES_S, Floats, Pictures
from nexy_client.validation.outputs.colours import colour_table, levels, scale_of, shares
from nexy_client.validation.outputs.html.axes import Axis, Point, axis, bars, chart, image, key, limit, line
from nexy_client.validation.outputs.html.png import data_url
from nexy_client.validation.outputs.units import bin_words, decibel_unit
from nexy_client.validation.thresholds import Thresholds

Plot = tuple[str, str, str]
"""The title, the SVG, and what it shows in words."""
_END_S, _FRAMES, _INTERVAL_S, _HIGH, _LOW = range(5)


def plots(pictures: Pictures, words: Catalogue, limits: Thresholds) -> Sequence[Plot]:
    """All that there is something to see in."""
    made = []
    if pictures.waterfall.size:
        made.append(_waterfall(pictures, words))
    if pictures.spectrogram.size and len(pictures.frequencies) == pictures.spectrogram.shape[1] > 1:
        made.append(_spectrogram(pictures, words))
    if len(pictures.times) > 1:
        made += [_rate(pictures, words, limits), _intervals(pictures, words), _waits(pictures.times, words)]
        made += [_latency(pictures, words, limits), _extremes(pictures, words)]
    if pictures.spectrum.any() and len(pictures.frequencies) == len(pictures.spectrum) > 1:
        made.append(_spectrum(pictures, words))
    return made


def _waterfall(pictures: Pictures, words: Catalogue) -> Plot:
    url, scale = _coloured(pictures.waterfall, pictures.unit)
    seconds = pictures.waterfall_seconds or 1.0
    x = Axis(low=0.0, high=seconds, label=words.text("axis.time"))
    low, high = pictures.first_channel - 0.5, pictures.last_channel + 0.5
    y = Axis(low=low, high=high, label=words.text("axis.channel"), whole=True)
    title = words.text("plot.waterfall")
    told_words = words.text(
        "plot.waterfall_words",
        low=scale[0],
        high=scale[1],
        unit=decibel_unit(pictures.unit, words),
        first=pictures.first_channel,
        last=pictures.last_channel,
        seconds=seconds,
    )
    return title, chart(x, y, image(url), title=title, words=told_words), told_words


def _coloured(amplitudes: Floats, unit: str) -> tuple[str, tuple[float, float]]:
    """[time][place] as a picture, time to the right and places upwards, with its darkest and brightest level."""
    told = levels(amplitudes, decibels="db" in unit.lower())
    scale = scale_of(told)
    places = np.rint(shares(told, scale) * 255).astype(np.uint8)
    return data_url(np.ascontiguousarray(colour_table()[places.T[::-1]])), scale


def _spectrogram(pictures: Pictures, words: Catalogue) -> Plot:
    url, scale = _coloured(pictures.spectrogram, pictures.unit)
    seconds = pictures.waterfall_seconds or 1.0
    x = Axis(low=0.0, high=seconds, label=words.text("axis.time"))
    y = Axis(low=pictures.frequencies[0], high=pictures.frequencies[-1], label=words.text("axis.frequency"))
    title = words.text("plot.spectrogram")
    unit = decibel_unit(pictures.unit, words)
    told = words.text("plot.spectrogram_words", low=scale[0], high=scale[1], unit=unit, seconds=seconds)
    return title, chart(x, y, image(url), title=title, words=told), told


def _rate(pictures: Pictures, words: Catalogue, limits: Thresholds) -> Plot:
    times = pictures.times
    ends, frames = times[:, _END_S], times[:, _FRAMES]
    # Neighbouring points together, so that a single late frame is a dip and not a spike.
    joined = max(1, math.ceil(len(ends) / 64))
    starts = ends[:-joined:joined]
    stops = ends[joined::joined][: len(starts)]
    counted = [frames[joined * one + 1 : joined * one + 1 + joined].sum() for one in range(len(stops))]
    rates = [count / max(stop - start, 1e-6) for count, start, stop in zip(counted, starts, stops, strict=False)]
    points: list[Point] = list(zip(stops.tolist(), rates, strict=False))
    mean = (frames.sum() - 1) / max(float(ends[-1]), 1e-6)
    x = axis([0.0, float(ends[-1])], words.text("axis.time"))
    least = min(limits.rate_fps, limits.rate_share / pictures.row_s) if pictures.row_s else limits.rate_fps
    y = axis([*rates, least], words.text("axis.rate"), from_zero=True)
    title = words.text("plot.rate")
    body = line(x, y, points, "first") + limit(x, y, least, words.text("axis.limit"))
    told = words.text("plot.rate_words", mean=mean)
    return title, chart(x, y, body, title=title, words=told), told


def _waits(times: Floats, words: Catalogue) -> Plot:
    ends, waits = times[:, _END_S].tolist(), (times[:, _INTERVAL_S] * 1000).tolist()
    x = axis([0.0, ends[-1]], words.text("axis.time"))
    y = axis(waits, words.text("axis.interval"), from_zero=True)
    title = words.text("plot.interval")
    body = line(x, y, list(zip(ends, waits, strict=True)), "first")
    told = words.text("plot.interval_words", most=max(waits))
    return title, chart(x, y, body, title=title, words=told), told


def _intervals(pictures: Pictures, words: Catalogue) -> Plot:
    counts, edges = _trimmed(pictures.intervals)
    x = Axis(low=edges[0] * 1000, high=edges[-1] * 1000, label=words.text("axis.interval"), log=True)
    y = axis(counts, words.text("axis.frames"), from_zero=True)
    title = words.text("plot.intervals")
    body = bars(x, y, [edge * 1000 for edge in edges], counts)
    row_ms = pictures.row_s * 1000
    if x.low < row_ms < x.high:
        body += limit(x, y, row_ms, words.text("axis.lines_dt"), vertical=True)
    told = words.text("plot.intervals_words", count=int(sum(counts)), row=row_ms)
    return title, chart(x, y, body, title=title, words=told), told


def _trimmed(bars_of: Floats) -> tuple[list[float], list[float]]:
    """Counts and their edges without the empty ends, at least two decades wide."""
    used = np.flatnonzero(bars_of)
    first, last = (int(used[0]), int(used[-1])) if len(used) else (0, len(bars_of) - 1)
    room = max(0, 16 - (last - first)) // 2 + 1
    first, last = max(first - room, 0), min(last + room, len(bars_of) - 1)
    return bars_of[first : last + 1].tolist(), LATENCY_EDGES_S[first : last + 2].tolist()


def _latency(pictures: Pictures, words: Catalogue, limits: Thresholds) -> Plot:
    counts = pictures.latencies.tolist()
    edges = LATENCY_EDGES_S.tolist()
    x = Axis(low=edges[0], high=edges[-1], label=words.text("axis.latency"), log=True)
    y = axis(counts, words.text("axis.frames"), from_zero=True)
    title = words.text("plot.latency")
    body = bars(x, y, edges, counts) + limit(x, y, limits.latency_p95_s, words.text("axis.limit"), vertical=True)
    told = words.text("plot.latency_words", count=int(sum(counts)))
    return title, chart(x, y, body, title=title, words=told), told


def _extremes(pictures: Pictures, words: Catalogue) -> Plot:
    times = pictures.times
    ends, highs, lows = (times[:, one].tolist() for one in (_END_S, _HIGH, _LOW))
    finite = [value for value in (*highs, *lows) if math.isfinite(value)]
    log = bool(finite) and min(finite) >= 0
    x = axis([0.0, ends[-1]], words.text("axis.time"))
    y = axis(finite, _with_unit(words.text("axis.amplitude"), pictures.unit), log=log)
    body = line(x, y, list(zip(ends, highs, strict=True)), "first")
    body += line(x, y, [(end, low) for end, low in zip(ends, lows, strict=True) if low > 0 or not log], "second")
    body += key(x, y, [("first", words.text("axis.highest")), ("second", words.text("axis.lowest"))])
    title = words.text("plot.amplitude")
    told = words.text("plot.amplitude_words", low=min(finite, default=0), high=max(finite, default=0))
    return title, chart(x, y, body, title=title, words=told), told


def _spectrum(pictures: Pictures, words: Catalogue) -> Plot:
    values, frequencies = pictures.spectrum.tolist(), list(pictures.frequencies)
    log = min(values) >= 0
    x = Axis(low=frequencies[0], high=frequencies[-1], label=words.text("axis.frequency"))
    y = axis(values, _with_unit(words.text("axis.amplitude"), pictures.unit), log=log)
    points = [point for point in zip(frequencies, values, strict=True) if point[1] > 0 or not log]
    title = words.text("plot.spectrum")
    told = words.text("plot.spectrum_words", peak=bin_words(frequencies, int(np.argmax(values)), words))
    return title, chart(x, y, line(x, y, points, "first"), title=title, words=told), told


def _with_unit(words: str, unit: str) -> str:
    return f"{words}, {unit}" if unit else words
