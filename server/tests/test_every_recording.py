"""Every recording, as a user meets it: served, listed, configured, streamed by the public client."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from nexy_client.streams.grpc_stream_client import GrpcStreamClient
from support.recordings import CUTS, whole_set
from support.sensor_server import SensorServer, order_body, sensor_server

pytestmark = pytest.mark.slow


@dataclass(frozen=True, kw_only=True)
class Documented:
    """Channels in the whole recording and in the cut, and the flags of each."""

    file: str
    channels: tuple[int, int]
    dead: tuple[int, ...] = ()
    nan: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())

    @property
    def name(self) -> str:
        """The source's."""
        return self.file.partition(".")[0]


ALIVE = [
    Documented(file="prodml_2.0.h5", channels=(512, 48)),
    Documented(file="decimated_optodas.hdf5", channels=(51, 24)),
    Documented(file="gdr_1.h5", channels=(10, 10)),
    Documented(file="iDAS005_hdf5_example.626.h5", channels=(1152, 64)),
    Documented(file="terra15_v5_test_file.hdf5", channels=(43, 16)),
    Documented(file="prodml_fbe_1.h5", channels=(301, 20)),
    Documented(file="valencia_febus_example.h5", channels=(100, 20), dead=(0,)),
    Documented(file="febus_2.h5", channels=(101, 20), nan=((98,), (17,))),
]
SETS = [pytest.param(whole_set, 0, id="whole"), pytest.param(lambda: CUTS, 1, id="cut")]
KINDS = ["recording", "loop"]


def streamed(told: dict[str, Any], most: int) -> dict[int, np.ndarray]:
    """The values of every stream of a job: [frame][sensor][bin]."""
    client = GrpcStreamClient(gap_timeout=20)
    with client.connect_context(told["stream_url"], told["stream_port"]):
        return {
            stream: np.array([
                frame.to_numpy().copy()
                for frame in client.stream_spectrograms(told["job_id"], max_frames=most, stream_id=stream)
            ])
            for stream in range(told["stream_amount"])
        }  # fmt: skip


async def configured(server: SensorServer, source: dict[str, Any]) -> dict[str, Any]:
    channels = {"min": source["lowest_channel"], "max": source["highest_channel"]}
    times = {} if source["live"] else {"start_time": source["start_time"], "end_time": source["end_time"]}
    return await server.configured(source=source["name"], channels=channels, nfftSelection=128, **times)


def sources(folder: Path, kind: str) -> str:
    """All of them under their own names; the product of a row in 5 s is played faster."""
    faster = {"prodml_fbe_1.h5": "?speed=500"} if kind == "loop" else {}
    return ",".join(
        f"{one.name}={kind}:{quote(str(folder / one.file))}{faster.get(one.file, '')}" for one in ALIVE
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("folder", "which"), SETS)
async def test_recordings_are_streamed_with_their_documented_outcome(
    tmp_path: Path, folder: Callable[[], Path], which: int, kind: str
) -> None:
    """As history every row there is, looped the first few; flagged sensors are named and are zero, others are not."""
    async with sensor_server(tmp_path, sources(folder(), kind)) as server:
        listed = (await server.ask("sources"))[1]
        assert listed["refused"] == []
        for expected, source in zip(ALIVE, listed["sources"], strict=True):
            flags = (expected.dead, expected.nan[which])
            assert (source["name"], source["live"]) == (expected.name, kind == "loop")
            assert (source["number_of_channels"], flags_of(source)) == (expected.channels[which], flags)
            if kind == "recording" and source["samples"] < 128:
                await check_refused_as_short(server, source)
                continue
            told = await configured(server, source)
            assert flags_of((await server.ask(f"metadata/{told['job_id']}"))[1]) == flags
            check_values(await asyncio.to_thread(streamed, told, 3 if source["live"] else 0), source, told)


def flags_of(told: dict[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(told["dead_channels"]), tuple(told["nan_channels"])


async def check_refused_as_short(server: SensorServer, source: dict[str, Any]) -> None:
    """The cut of the product holds less than the smallest window."""
    body = order_body(source=source["name"], start_time=source["start_time"], end_time=source["end_time"])
    status, refusal = await server.ask("configure", body)
    assert (status, refusal["details"]) == (400, {"field": "end_time"})
    assert "less than one window" in refusal["error"]


def check_values(streams: dict[int, np.ndarray], source: dict[str, Any], told: dict[str, Any]) -> None:
    if not source["live"]:
        seconds = source["samples"] / source["prr"]
        assert {len(values) for values in streams.values()} == {math.floor((seconds + 1e-6) / told["lines_dt"])}
    values = np.concatenate([streams[stream] for stream in sorted(streams)], axis=1)
    assert values.shape[1:] == (told["channel_amount"], told["frequencies_amount"])
    assert np.isfinite(values).all()
    silent = np.flatnonzero(~values.any(axis=(0, 2)))
    flagged = {*source["dead_channels"], *source["nan_channels"]}
    # A few rows of a loop may meet a sensor that rests for that long; all rows of the recording do not.
    assert flagged <= set(silent.tolist()) if source["live"] else flagged == set(silent.tolist())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("folder", "which"), SETS)
async def test_the_recording_of_zeros_is_refused(
    tmp_path: Path, folder: Callable[[], Path], which: int, kind: str
) -> None:
    """Listed with the reason and the way to open it all the same; a job on it is 400. Asked for, it streams zeros."""
    path = quote(str(folder() / "neubrex_das_1.h5"))
    async with sensor_server(tmp_path, f"it={kind}:{path},asked={kind}:{path}?allow_dead=yes") as server:
        listed = (await server.ask("sources"))[1]
        status, refusal = await server.ask("configure", order_body(source="it"))
    (refused,) = listed["refused"]
    assert refused["name"] == "it"
    for words in ("every sample is zero on every channel", "?allow_dead=yes"):
        assert words in refused["reason"]
        assert words in refusal["error"]
    assert (status, refusal["code"], refusal["details"]) == (400, "source_unreadable", {"field": "source"})
    (asked,) = listed["sources"]
    assert len(asked["dead_channels"]) == asked["number_of_channels"] == (17534, 200)[which]
