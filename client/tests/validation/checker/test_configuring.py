"""From the order to a job."""

from dataclasses import replace
from typing import Any

import pytest
from client.tests.validation.examples import answer

from nexy_client.streams import (
    AddressInvalid,
    ChannelRange,
    ConfigureAnswer,
    FocusSource,
    JobMetadata,
    RequestRefused,
    SourceList,
    StreamFailed,
)
from nexy_client.validation.checker import CheckOrder, JobWish, Security
from nexy_client.validation.checker.configuring import Configured, configure, focus_client

WELL = FocusSource(name="well", prr=200.0, samples=2500, start_time=1000.0, end_time=1012.5, lowest_channel=0)
FIBRE = FocusSource(name="fibre", live=True, prr=1000.0)


class Focus:
    """A server's REST door that remembers what was asked of it; None is a door that it has not."""

    def __init__(
        self, sources: tuple[FocusSource, ...] | None = (WELL, FIBRE), metadata: JobMetadata | None = None
    ) -> None:
        self._sources = sources
        self._metadata = metadata
        self.asked: dict[str, Any] = {}

    def sources(self) -> SourceList:
        if self._sources is None:
            raise RequestRefused("no such door", status="404")
        return SourceList(sources=self._sources)

    def channels(self, source: str = "") -> ChannelRange:
        return ChannelRange(lowest_channel=5, highest_channel=4000 if source == "fibre" else 20)

    def metadata(self, job_id: str) -> JobMetadata:
        if self._metadata is None:
            raise StreamFailed("no such door", status="500")
        return self._metadata

    def configure(self, **asked: Any) -> ConfigureAnswer:
        self.asked = asked
        return answer()


def configured(
    wish: JobWish | str, focus: Focus | None = None, seconds: float = 30.0
) -> tuple[Configured, dict[str, Any]]:
    """The outcome, and what was sent."""
    focus = focus or Focus()
    found = configure(focus, CheckOrder(api="h", job=wish, seconds=seconds))  # type: ignore[arg-type]
    return found, focus.asked


def metadata(**changes: Any) -> JobMetadata:
    """What the server tells of the job."""
    told = answer()
    return JobMetadata(**{name: getattr(told, name) for name in told.__slots__}, **changes)


def test_a_recording_is_checked_from_its_start() -> None:
    """All its channels, for as long as the check lasts, or to its end."""
    found, asked = configured(JobWish(source="well"), seconds=11.0)
    assert (asked["channels"], asked["start_time"], asked["end_time"]) == ((5, 20), 1000.0, 1011.0)
    assert configured(JobWish(source="well"), seconds=60.0)[1]["end_time"] == 1012.5
    assert (found.asked.live, found.ours, found.source) == (False, True, "well")


def test_the_first_source_is_meant_where_none_is_named() -> None:
    """As the server does it."""
    _, asked = configured(JobWish())
    assert asked["start_time"] == 1000.0
    assert asked["source"] is None


def test_a_short_check_still_holds_two_windows() -> None:
    """A range below one window would be refused."""
    _, asked = configured(JobWish(source="well"), seconds=1.0)
    assert asked["nfft"] == 1024
    assert asked["end_time"] == pytest.approx(1000.0 + 2 * 1024 / 200)


@pytest.mark.parametrize(
    ("samples", "wished", "nfft"),
    [(2500, 0, 1024), (1000, 0, 512), (453, 0, 256), (50, 0, 128), (453, 2048, 2048), (None, 0, 1024)],
)
def test_the_transform_fits_a_short_recording(samples: int | None, wished: int, nfft: int) -> None:
    """Unless somebody insists."""
    short = replace(WELL, samples=samples)
    assert configured(JobWish(nfft=wished), Focus((short,)))[1]["nfft"] == nfft


def test_a_live_source_has_no_times() -> None:
    """And at most as many channels as one job may have."""
    found, asked = configured(JobWish(source="fibre"))
    assert (asked["start_time"], asked["end_time"], asked["channels"]) == (None, None, (5, 2226))
    assert found.asked.live is True


def test_what_is_wished_goes_first() -> None:
    """Channels, times, frequencies, view, and that it be live."""
    wish = JobWish(
        source="well", channels=(7, 9), nfft=256, height=64, frequency_range=(5.0, 50.0), view_type=2, start_s=1001.0,
        end_s=1003.0,
    )  # fmt: skip
    found, asked = configured(wish)
    assert (asked["channels"], asked["start_time"], asked["end_time"]) == ((7, 9), 1001.0, 1003.0)
    assert (asked["frequency_range"], asked["nfft"], asked["height"], asked["view_type"]) == ((5.0, 50.0), 256, 64, 2)
    assert (found.asked.first_channel, found.asked.last_channel, found.asked.lowest_hz) == (7, 9, 5.0)
    assert configured(replace(wish, live=True))[1]["start_time"] is None


def test_an_older_server_lists_no_sources() -> None:
    """Then it is live, or the range must be given."""
    assert configured(JobWish(), Focus(None))[0].asked.live is True
    assert configured(JobWish(start_s=1.0, end_s=9.0), Focus(None))[1]["end_time"] == 9.0
    with pytest.raises(RequestRefused, match="--from and --to"):
        configured(JobWish(live=False), Focus(None))


def test_metadata_tell_rows_rate_and_flags() -> None:
    """Where the server has them; else they are not judged."""
    told = metadata(rows=12, prr=200.0, dead_channels=(6,), nan_channels=(8,))
    asked = configured(JobWish(), Focus(metadata=told))[0].asked
    assert (asked.rows, asked.sample_rate_hz, asked.flagged_channels) == (12, 200.0, frozenset({6, 8}))
    assert asked.nan_channels == {8}
    assert configured(JobWish())[0].asked.rows is None


@pytest.mark.parametrize(("told", "piece_s"), [(0.0, 0.0), (2.0, 2.0), (float("inf"), 0.0), (-1.0, 0.0)])
def test_a_source_that_grows_by_pieces_says_so(told: float, piece_s: float) -> None:
    """With a length that is one."""
    focus = Focus(metadata=metadata(delivers_in_pieces_s=told))
    assert configured(JobWish(source="fibre"), focus)[0].asked.piece_s == piece_s
    assert configured("12-7", focus)[0].asked.piece_s == piece_s


def test_a_spectrogram_product_is_known_by_its_source() -> None:
    """By the field, or by an older server's words; of a named job too."""
    words = replace(WELL, fiber_description="a spectrogram product, not raw samples")
    for source in (replace(WELL, band_energy=True), words):
        focus = Focus((source,), metadata(source="well"))
        assert configured(JobWish(), focus)[0].product
        assert configured("12-7", focus)[0].product
    assert not configured(JobWish())[0].product


def test_a_job_that_exists_is_only_looked_at() -> None:
    """It is not ours to end."""
    found, asked = configured("12-7", Focus(metadata=metadata(source="well", rows=12)))
    assert asked == {}
    assert (found.ours, found.source, found.asked.rows) == (False, "well", 12)
    assert found.address == ("127.0.0.1", 50051)


@pytest.mark.parametrize("api", ["server", "server:9000", "https://server:9000", "http://server"])
def test_the_door_is_found(api: str) -> None:
    """With the usual port where none is given."""
    assert focus_client(CheckOrder(api=api, job="1-1"))


def test_no_door_at_all() -> None:
    """An order that cannot be carried out raises."""
    with pytest.raises(AddressInvalid):
        focus_client(CheckOrder(api="ftp://server", job="1-1", security=Security()))
