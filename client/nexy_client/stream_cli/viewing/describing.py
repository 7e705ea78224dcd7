"""What is being looked at, in words: for the title of the screen and for the first line."""

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.style import printable
from nexy_client.stream_cli.viewing.bands import rounded, with_tolerance
from nexy_client.stream_cli.viewing.peak import Peak
from nexy_client.stream_cli.viewing.watched import Watched


def level_unit(watched: Watched, words: Catalogue) -> str:
    """dB with what 0 dB is; a source that is dB already says so itself."""
    unit = printable(watched.answer.intensity_unit)
    return unit if watched.decibels else words.text("view.level_unit", unit=unit or words.text("view.no_unit"))


def channels_shown(watched: Watched) -> tuple[int, ...]:
    """Those of the streams that are shown, ascending."""
    answer = watched.answer
    return tuple(sorted(one for stream in watched.streams for one in answer.channels_of(stream))) or (0,)


def place(watched: Watched, words: Catalogue) -> str:
    """Streams and channels, and how to see the others."""
    amount, shown = watched.answer.stream_amount, channels_shown(watched)
    every = sorted(watched.answer.channel_to_stream_index) or [0]
    values = {"first": shown[0], "last": shown[-1], "amount": amount, "stream": watched.streams[0]}
    if len(watched.streams) > 1:
        return words.text("view.place_all", **values)
    if amount <= 1:
        return words.text("view.place", **values)
    others = ", ".join(str(one) for one in range(amount) if one not in watched.streams)
    return words.text("view.place_part", **values, lowest=every[0], highest=every[-1], others=others)


def title(watched: Watched, words: Catalogue) -> str:
    """The first line of the screen."""
    return words.text("view.title", place=place(watched, words), **_axes(watched))


def introduction(watched: Watched, words: Catalogue) -> str:
    """The first sentence."""
    steady = words.text("view.steady_left_out") if watched.bands.steady.any() else ""
    return printable(
        words.text(
            "view.introduction",
            place=place(watched, words),
            unit=level_unit(watched, words),
            width=watched.bands.width,
            steady=steady,
            pace=_pace(watched, words),
            **_axes(watched),
        )
    )


def _pace(watched: Watched, words: Catalogue) -> str:
    row_s = watched.answer.lines_dt
    if row_s > 1:
        return words.text("view.rare_rows", seconds=row_s)
    return words.text("view.row_rate", rate=1 / row_s if row_s > 0 else 0.0)


def _axes(watched: Watched) -> dict[str, object]:
    answer = watched.answer
    frequencies = answer.frequencies_list or (0.0,)
    return {
        "source": watched.source or answer.job_id,
        "low": min(frequencies),
        "high": max(frequencies),
        "rate": 1 / answer.lines_dt if answer.lines_dt > 0 else 0.0,
    }


def frequency(peak: Peak, words: Catalogue, *, spoken: bool) -> str:
    """As exact as the bin is, in Hz; DC by its name."""
    if peak.steady:
        return words.text("view.steady_spoken" if spoken else "view.steady")
    if spoken:
        return words.text("view.around", hertz=rounded(peak.hertz, peak.half))
    return words.text("view.exact", hertz=with_tolerance(peak.hertz, peak.half))


def counted(words: Catalogue, noun: str, count: int) -> str:
    """ "1 row", "300 rows", with the three forms of Russian."""
    return words.text(f"view.{noun}_{_form(count, words.language)}", count=count)


def _form(count: int, language: str) -> str:
    if language != "ru":
        return "one" if count == 1 else "many"
    tens, ones = count % 100, count % 10
    if ones == 1 and tens != 11:
        return "one"
    return "few" if 2 <= ones <= 4 and not 12 <= tens <= 14 else "many"
