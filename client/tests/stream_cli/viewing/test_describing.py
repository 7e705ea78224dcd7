"""What is looked at, in words."""

from types import SimpleNamespace

import pytest

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.invocation import PACKAGE
from nexy_client.stream_cli.viewing.bands import Bands
from nexy_client.stream_cli.viewing.describing import counted, introduction, title
from nexy_client.stream_cli.viewing.watched import Watched
from nexy_client.streams.focus_answers import ConfigureAnswer


def watched(streams: tuple[int, ...], *, unit: str = "strain", row_s: float = 0.05) -> Watched:
    frequencies = (0.0, 2.0, 4.0)
    answer = ConfigureAnswer(
        status="running", job_id="1-1", stream_url="h", stream_port=1, frequencies_list=frequencies,
        frequencies_amount=3, lines_dt=row_s, channel_to_stream_index={one: one // 1024 for one in range(1152)},
        stream_amount=2, channel_amount=1152, view_type=0, intensity_unit=unit,
    )  # fmt: skip
    client = SimpleNamespace()
    bands = Bands(centres=frequencies)
    return Watched(client=client, answer=answer, bands=bands, source="idas", streams=streams)  # type: ignore[arg-type]


def test_the_title_tells_what_is_not_shown(english: Catalogue) -> None:
    """And how to see it."""
    told = title(watched((0,)), english)
    assert told.startswith("idas · stream 0 of 2, channels 0 to 1023 of 0 to 1151; --stream 1 shows the rest ·")
    assert "channels 1024 to 1151 of 0 to 1151; --stream 0" in title(watched((1,)), english)


def test_the_first_sentence_tells_what_the_others_leave_out(english: Catalogue) -> None:
    """Source, streams, channels, reference, width of a bin, DC, pace."""
    assert introduction(watched((0, 1)), english) == (
        "idas: all 2 streams, channels 0 to 1151. Levels in dB re 1 strain. "
        "Bins 2 Hz wide, 0 to 4 Hz; DC does not count as loudest. 20 rows per second."
    )
    rare = introduction(watched((0,), unit="", row_s=5.12), english)
    assert "dB re 1 (unit unknown)" in rare
    assert "A row every 5.12 seconds." in rare
    assert "Levels in dB." in introduction(watched((0,), unit="dB"), english)


def test_what_a_server_says_does_not_steer_the_terminal(english: Catalogue) -> None:
    """Its unit is shown with question marks."""
    assert "\x1b" not in introduction(watched((0,), unit="\x1b[2J"), english)


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [("en", 1, "1 row"), ("en", 0, "0 rows"), ("ru", 1, "1 строка"), ("ru", 3, "3 строки"), ("ru", 11, "11 строк"),
     ("ru", 12, "12 строк"), ("ru", 21, "21 строка"), ("ru", 25, "25 строк")],
)  # fmt: skip
def test_numbers_and_nouns_agree(language: str, count: int, words: str) -> None:
    """In the forms of each language."""
    assert counted(Catalogue(PACKAGE, language), "rows", count) == words
