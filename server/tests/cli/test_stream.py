"""`nexy stream` as processes: serve, sources, record."""

import asyncio
import json
import re
import signal
from pathlib import Path

import pytest

from support.nexy_process import nexy, serving
from support.recordings import CUTS
from support.sensor_server import asked, order_body

pytestmark = pytest.mark.slow

READY = b"nexy stream view"
DEMO = "demo=synthetic:?channels=4&rate=500"
SILENT = CUTS / "neubrex_das_1.h5"
DEAD = CUTS / "valencia_febus_example.h5"


async def test_a_recording_is_served_in_one_command(tmp_path: Path) -> None:
    """The page has the doors, the source and the next two commands; SIGTERM ends it and its worker at once."""
    async with serving(tmp_path, ("stream", "serve", str(CUTS / "gdr_1.h5")), READY) as server:
        for words in (server.doors["grpc"], "/focus-server", "gdr_1", "recording", "nexy stream check"):
            assert words in server.start_page
        status, told = await asyncio.to_thread(asked, f"http://{server.doors['api']}/focus-server/channels")
        assert (status, told["lowest_channel"]) == (200, 0)
        loaded = Path(f"/proc/{server.process.pid}/maps").read_text(encoding="utf-8")
        assert not [name for name in ("h5py", "scipy", "pandas") if f"/{name}/" in loaded]
        assert await server.stopped_by(signal.SIGTERM) == 0


async def test_a_live_fibre_is_listed_and_recorded(tmp_path: Path) -> None:
    """`sources` asks the server; `record` takes samples by the served name, and rows by the id of a job."""
    async with serving(tmp_path, ("stream", "serve", DEMO, "--json"), b"rest") as server:
        page = json.loads(server.start_page)
        assert page["sources"][0]["live"]
        listed = await nexy(tmp_path, "stream", "sources", "--json")
        assert listed.code == 0
        assert json.loads(listed.out)["sources"] == page["sources"]
        samples = await nexy(tmp_path, "stream", "record", "demo", "--seconds", "0.2", "--to", "a.h5")
        assert (samples.code, "100 samples × 4 channels" in samples.out) == (0, True), samples.err
        _, job = await asyncio.to_thread(asked, f"{page['rest']}/configure", order_body())
        rows = await nexy(tmp_path, "stream", "record", job["job_id"], "--seconds", "0.5", "--to", "b.h5")
        assert rows.code == 0, rows.err
        assert f"× 4 channels × {job['frequencies_amount']} frequency bins" in rows.out
        again = await nexy(tmp_path, "stream", "record", "demo", "--seconds", "0.2", "--to", "a.h5")
        assert (again.code, "overwritten" in again.err) == (1, True)
        gone = await nexy(tmp_path, "stream", "record", "1-1", "--seconds", "1", "--to", "c.h5")
        assert (gone.code, "job 1-1 not found" in gone.err) == (1, True)
    assert sorted(one.name for one in tmp_path.glob("*.h5")) == ["a.h5", "b.h5"]


async def test_what_was_recorded_can_be_served(tmp_path: Path) -> None:
    """The file is a recording like any other."""
    made = await nexy(tmp_path, "stream", "record", DEMO, "--seconds", "1", "--to", "a.h5")
    assert made.code == 0, made.err
    listed = await nexy(tmp_path, "stream", "sources", "--json", "--set", "sensor_streams.sources=a=recording:a.h5")
    (source,) = json.loads(listed.out)["sources"]
    assert (source["number_of_channels"], source["samples"], source["prr"]) == (4, 500, 500.0)


async def test_sources_are_listed_with_their_outcome(tmp_path: Path) -> None:
    """Without a server: flags for dead channels, the reason for what is refused, exit code 1 then."""
    text = f"dead=recording:{DEAD},silent=recording:{SILENT}"
    listed = await nexy(tmp_path, "stream", "sources", SENSOR_SOURCES=text)
    assert listed.code == 1
    assert " dead" in listed.out
    assert "silent: every sample is zero" in listed.out
    nothing = await nexy(tmp_path, "stream", "sources")
    assert (nothing.code, "no sources" in nothing.out) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to serve"),
        (("nowhere.h5",), "no such file"),
        ((str(SILENT),), "every sample is zero"),
        (("a=movie:x",), "no kind 'movie'"),
    ],
)
async def test_what_cannot_be_served_ends_in_one_line(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """Exit code 1, the reason, no traceback, no page."""
    ended = await nexy(tmp_path, "stream", "serve", *arguments)
    assert ended.code == 1
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


async def test_an_empty_folder_waits_for_its_first_file(tmp_path: Path) -> None:
    """The page says so, jobs are answered 503 with a time to try again, and a complete file ends the waiting."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    what = f"now=folder:{folder}?settle=0"
    async with serving(tmp_path, ("stream", "serve", what), READY) as server:
        assert "now: waiting for the first file: the folder 'incoming' holds no" in server.start_page
        fibre = f"http://{server.doors['api']}/focus-server/live_metadata"
        status, told = await asyncio.to_thread(asked, fibre)
        assert (status, told["code"]) == (503, "source_waiting")
        assert str(tmp_path) not in told["error"]
        (tmp_path / "a.h5").write_bytes((CUTS / "gdr_1.h5").read_bytes())
        (tmp_path / "a.h5").rename(folder / "a.h5")
        status, told = await asyncio.to_thread(asked, fibre)
        assert (status, told["delivers_in_pieces_s"] > 0) == (200, True)
        assert await server.stopped_by(signal.SIGTERM) == 0
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert "streams of recordings may finish" in log
    assert "turns" not in log


async def test_the_remedy_of_a_silent_file_can_be_pasted(tmp_path: Path) -> None:
    """What the refusal ends in is a source; the reason is the last that is said, and once."""
    ended = await nexy(tmp_path, "stream", "serve", str(SILENT))
    assert ended.code == 1
    assert "source 'neubrex" not in ended.err
    assert ended.err.index("neubrex_das_1: every sample") > ended.err.index("final metrics")
    (pasted,) = re.findall(r"neubrex_das_1=recording:\S+\?allow_dead=yes", ended.err)
    async with serving(tmp_path, ("stream", "serve", pasted), READY) as server:
        assert "neubrex_das_1" in server.start_page
    async with serving(tmp_path, ("stream", "serve", f"{SILENT}?allow_dead=yes"), READY) as server:
        assert " dead" in server.start_page
