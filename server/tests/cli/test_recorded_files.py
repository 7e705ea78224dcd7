"""`nexy stream record` as a process: what lies in the file is what the source gave."""

import asyncio
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from nexy.cli.stream_sources import resting_folders
from support.nexy_process import COMMAND, environment, nexy, serving
from support.recordings import CUTS
from support.sensor_server import asked, order_body

pytestmark = pytest.mark.slow
dascore = pytest.importorskip("dascore")
CUT = CUTS / "decimated_optodas.hdf5"


async def test_a_recorded_source_is_the_source(tmp_path: Path) -> None:
    """DASCore reads the same samples, times, distances and unit from the copy; h5py the same numbers."""
    import h5py

    made = await nexy(tmp_path, "stream", "record", str(CUT), "--seconds", "60", "--to", "copy.h5")
    assert made.code == 0, made.err
    original, copy = (dascore.spool(path)[0].transpose("time", "distance") for path in (CUT, tmp_path / "copy.h5"))
    np.testing.assert_array_equal(copy.data, original.data.astype(np.float32))
    assert copy.get_coord("time") == original.get_coord("time")
    np.testing.assert_allclose(copy.get_array("distance"), original.get_array("distance"), rtol=1e-9)
    assert dascore.get_quantity(copy.attrs.data_units) == dascore.get_quantity(original.attrs.data_units)
    held: list[np.ndarray] = []
    with h5py.File(tmp_path / "copy.h5") as file:
        file.visititems(lambda _, node: held.append(node[:]) if getattr(node, "ndim", 0) == 2 else None)
    assert any(np.array_equal(one, copy.data) for one in held)


async def test_rows_of_a_job_are_what_its_stream_gives(tmp_path: Path) -> None:
    """A historic job recorded whole: [time][distance][frequency] with the axes of the configure answer."""
    async with serving(tmp_path, ("stream", "serve", str(CUT)), b"nexy stream view") as server:
        rest = f"http://{server.doors['api']}/focus-server"
        (source,) = (await asyncio.to_thread(asked, f"{rest}/sources"))[1]["sources"]
        times = {"start_time": source["start_time"], "end_time": source["end_time"]}
        _, job = await asyncio.to_thread(asked, f"{rest}/configure", order_body(**times))
        made = await nexy(tmp_path, "stream", "record", job["job_id"], "--seconds", "99", "--to", "rows.h5")
        assert made.code == 0, made.err
    patch = dascore.spool(tmp_path / "rows.h5")[0]
    assert patch.dims == ("time", "distance", "frequency")
    rows = int((source["samples"] / source["prr"] + 1e-6) / job["lines_dt"])
    assert patch.data.shape == (rows, 4, job["frequencies_amount"])
    assert np.isfinite(patch.data).all()
    np.testing.assert_allclose(patch.get_array("frequency"), job["frequencies_list"])
    first = patch.get_array("time")[0].astype("datetime64[ms]").astype(np.int64)
    assert abs(first - source["start_time"] * 1000) <= 1


async def test_ctrl_c_keeps_what_there_is(tmp_path: Path) -> None:
    """SIGINT ends a long recording with a whole file of what came so far, and nothing beside it."""
    command = ("stream", "record", "a=synthetic:?channels=4&rate=500", "--seconds", "600", "--to", "a.h5")
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *command, env=environment(tmp_path), cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(30):
        # A disk block is half a kilobyte: the second page is touched after the first copy is done.
        while not [one for one in tmp_path.glob(".a.h5.*.values") if one.stat().st_blocks > 16]:
            await asyncio.sleep(0)
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert (process.returncode, b"stopped early" in err) == (0, True), (out, err)
    assert sorted(one.name for one in tmp_path.glob("*a.h5*")) == ["a.h5"]
    samples, channels = dascore.spool(tmp_path / "a.h5")[0].transpose("time", "distance").data.shape
    assert channels == 4
    assert 0 < samples < 600 * 500


async def test_what_does_not_fit_is_refused_before_it_begins(tmp_path: Path) -> None:
    """A week of a wide fibre: what is needed and what is free, and no file."""
    wide = "a=synthetic:?channels=2222&rate=10000"
    ended = await nexy(tmp_path, "stream", "record", wide, "--seconds", "604800", "--to", "a.h5")
    assert (ended.code, "MB are free" in ended.err, "Traceback" in ended.err) == (1, True, False)
    assert list(tmp_path.glob("*a.h5*")) == []


async def test_a_folder_at_rest_is_told_when_it_is_served(tmp_path: Path) -> None:
    """The page comes, and beside it that a live view is empty and what to do."""
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "a.h5").write_bytes((CUTS / "gdr_1.h5").read_bytes())
    ago = time.time() - 600
    for path in (folder / "a.h5", folder):
        os.utime(path, (ago, ago))
    async with serving(tmp_path, ("stream", "serve", str(folder)), b"nexy stream view") as server:
        async with asyncio.timeout(10):
            while "--loop" not in (tmp_path / "server.log").read_text(encoding="utf-8"):
                await asyncio.sleep(0)
        assert await server.stopped_by(signal.SIGTERM) == 0
    assert "written into this folder for 10 min" in (tmp_path / "server.log").read_text(encoding="utf-8")


def test_only_folders_at_rest_are_told(tmp_path: Path) -> None:
    """One that has just changed is not, nor one that is gone, nor what is no folder of a recorder."""
    text = f"now=folder:{tmp_path},gone=folder:{tmp_path}/no,loop=loop:{tmp_path}"
    assert resting_folders(text, time.time()) == []
    assert resting_folders(text, time.time() + 150) == [("now", 2)]
