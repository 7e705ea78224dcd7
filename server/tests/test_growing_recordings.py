"""A recorder's folder through the whole server: files come while somebody watches."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import grpc
import pytest

from nexy.utils.supervisor import owned_task
from nexy_protocol import datastream_pb2 as pb
from support.das_files import START_NS, write_das
from support.sensor_server import SensorServer, sensor_server

pytestmark = pytest.mark.slow
# 100 Hz: a row is 4 samples, 40 ms.
FILE_SAMPLES = 400
ROW_MS = 40
QUICKLY = "settle=0.2&poll=0"
LONG_AGO_NS = START_NS


async def arrives(incoming: Path, number: int, looks: SensorServer | None = None) -> None:
    """The next file of the recorder: renamed into place, or written piece by piece, the server looking at each."""
    made = write_das(incoming.parent / "made" / f"{number}.h5", number * FILE_SAMPLES, FILE_SAMPLES)
    target = incoming / made.name
    if looks is None:
        os.utime(made, ns=(LONG_AGO_NS, LONG_AGO_NS))
        made.rename(target)
        return
    content = made.read_bytes()
    with target.open("wb") as file:
        for start in range(0, len(content), len(content) // 4):
            file.write(content[start : start + len(content) // 4])
            file.flush()
            assert (await looks.ask("channels"))[0] == 200


@asynccontextmanager
async def recorder(tmp_path: Path, options: str = QUICKLY) -> AsyncIterator[tuple[SensorServer, Path]]:
    """A server on a folder with one complete file."""
    incoming = tmp_path / "incoming"
    for folder in (incoming, tmp_path / "made"):
        folder.mkdir()
    await arrives(incoming, 0)
    async with sensor_server(tmp_path / "home", f"in=folder:{quote(str(incoming))}?{options}") as server:
        yield server, incoming


async def order(server: SensorServer, **times: float) -> str:
    told = await server.configured(channels={"min": 0, "max": 2}, nfftSelection=128, **times)
    return str(told["job_id"])


@pytest.mark.parametrize("slowly", [False, True], ids=["renamed", "written-slowly"])
async def test_files_that_come_are_seen_without_a_gap(tmp_path: Path, slowly: bool) -> None:
    """Rows go on across the files as if they were one: abutting, numbered, none lost, none of half a file."""
    async with recorder(tmp_path) as (server, incoming):
        call = server.stub.StreamSpectrograms(pb.StreamRequest(job_id=await order(server)))
        frames = [await read(call)]
        for number in (1, 2):
            # One after the other, as a recorder fills them: two at once would be a second too late for a live view.
            ends_ms = START_NS // 1_000_000 + (number + 1) * FILE_SAMPLES * 10
            async with owned_task(arrives(incoming, number, server if slowly else None)) as writing:
                async with asyncio.timeout(20):
                    while frames[-1].rows[0].startTimestamp < ends_ms - 1000:
                        frames.append(await read(call))
                    await writing
        call.cancel()
    assert frames[-1].dropped_frames == 0
    assert [frame.frame_number for frame in frames] == list(range(1, len(frames) + 1))
    for before, after in itertools.pairwise(frames):
        assert before.rows[0].endTimestamp == after.rows[0].startTimestamp
        assert after.rows[0].endTimestamp - after.rows[0].startTimestamp == ROW_MS


async def read(call: "grpc.aio.UnaryStreamCall[pb.StreamRequest, pb.DataStream]") -> pb.DataStream:
    message: Any = await call.read()
    assert isinstance(message, pb.DataStream)
    return message


async def test_a_folder_at_rest_answers_history(tmp_path: Path) -> None:
    """A range of what is there is whole, although the folder is live."""
    begins = START_NS / 1e9
    async with recorder(tmp_path) as (server, _):
        job = await order(server, start_time=begins, end_time=begins + 4)
        call = server.stub.StreamSpectrograms(pb.StreamRequest(job_id=job))
        async with asyncio.timeout(20):
            frames = [await read(call) for _ in range(101)]
    assert [frame.end_of_stream for frame in frames] == [False] * 100 + [True]


async def test_a_file_that_has_just_come_is_told_as_that(tmp_path: Path) -> None:
    """Not as a folder of nothing: the one who opens it too early learns which file is waited for."""
    async with recorder(tmp_path, "settle=60") as (server, incoming):
        os.utime(incoming / "0.h5")
        (refused,) = (await server.ask("sources"))[1]["refused"]
    assert "0.h5 has changed within the last 60 s" in refused["reason"]
    assert "?settle=" in refused["reason"]
