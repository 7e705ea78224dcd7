"""Sensor streams through the whole server: REST, workers, gRPC, as a client with the public classes sees them."""

import asyncio
import itertools
import math
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import grpc
import numpy as np
import pytest
import pytest_asyncio

from nexy.utils.supervisor import owned_task
from nexy_protocol import datastream_pb2 as pb
from support.recordings import CUTS
from support.sensor_server import SensorServer, order_body, sensor_server

pytestmark = pytest.mark.slow

# A tone on the 25th bin of 256 at 1 kHz; a historic fibre of 4 s beside a live one.
TONES = "channels=4&rate=1000&noise=0&tones=1:97.65625:2.5"
SOURCES = f"demo=synthetic:?{TONES},past=synthetic:?{TONES}&duration=4&start=1700000000"
RECORDING = CUTS / "decimated_optodas.hdf5"


async def taken(call: "grpc.aio.UnaryStreamCall[pb.StreamRequest, pb.DataStream]") -> list[pb.DataStream]:
    messages: list[pb.DataStream] = []
    async with asyncio.timeout(30):
        while isinstance(message := await call.read(), pb.DataStream):
            messages.append(message)
    return messages


def matrix(message: pb.DataStream) -> np.ndarray:
    return np.array([sensor.intensity for sensor in message.rows[0].sensors])


async def test_a_historic_range_is_whole_and_right(tmp_path: Path) -> None:
    """Rows as many as the answer's lines_dt says, abutting, the tone in its channel and bin with its amplitude."""
    async with sensor_server(tmp_path, SOURCES) as server:
        times = {"start_time": 1_700_000_000.0, "end_time": 1_700_000_003.5}
        shown = {"displayInfo": {"height": 1000}, "frequencyRange": {"min": 50, "max": 200}}
        told = await server.configured(source="past", **times, **shown)
        *frames, end = await taken(server.stub.StreamSpectrograms(pb.StreamRequest(job_id=told["job_id"])))
        status = (await server.ask(f"jobs/{told['job_id']}"))[1]
    assert end.end_of_stream
    assert len(frames) == math.floor(3.5 / told["lines_dt"])
    assert [frame.frame_number for frame in frames] == list(range(1, len(frames) + 1))
    rows = [frame.rows[0] for frame in frames]
    assert rows[0].startTimestamp == 1_700_000_000_000
    assert all(before.endTimestamp == after.startTimestamp for before, after in itertools.pairwise(rows))
    middle = frames[len(frames) // 2]
    values = matrix(middle)
    assert values.shape == (4, told["frequencies_amount"])
    channel, tone_bin = np.unravel_index(values.argmax(), values.shape)
    assert channel == 1
    assert told["frequencies_list"][tone_bin] == pytest.approx(97.65625)
    assert values.max() == pytest.approx(2.5, rel=0.01)
    assert (middle.current_max_amp, middle.current_min_amp) == (values.max(), values.min())
    assert status["status"] == "completed"


async def test_viewers_of_one_live_job_see_the_same_rows(tmp_path: Path) -> None:
    """Same numbers, same content, each from when it came; deleting the job ends both streams."""
    async with sensor_server(tmp_path, SOURCES) as server:
        job = (await server.configured())["job_id"]
        calls = [server.stub.StreamSpectrograms(pb.StreamRequest(job_id=job)) for _ in range(2)]
        async with asyncio.timeout(30):
            first = [await call.read() for call in calls]
            assert all(isinstance(message, pb.DataStream) for message in first)
            assert (await server.ask(f"jobs/{job}"))[1]["viewers"] == 2
            assert (await server.ask(f"jobs/{job}", method="DELETE"))[1]["status"] == "cancelled"
        both = [[one, *await taken(call)] for one, call in zip(first, calls, strict=True)]
    for messages in both:
        assert messages[-1].end_of_stream
    one, two = ({message.frame_number: message for message in messages if message.rows} for messages in both)
    shared = one.keys() & two.keys()
    assert shared
    for number in shared:
        assert one[number].rows == two[number].rows


async def test_a_real_recording_streams_in_every_encoding(tmp_path: Path) -> None:
    """A cut of a real fibre: the three encodings say the same."""
    async with sensor_server(tmp_path, f"cut=recording:{quote(str(RECORDING))}") as server:
        (source,) = (await server.ask("sources"))[1]["sources"]
        times = {"start_time": source["start_time"], "end_time": source["end_time"]}
        channels = {"min": source["lowest_channel"], "max": source["highest_channel"]}
        told = await server.configured(channels=channels, **times)
        assert told["intensity_unit"] == source["intensity_unit"]
        plain, packed, small = [
            await taken(server.stub.StreamSpectrograms(pb.StreamRequest(job_id=told["job_id"], encoding=encoding)))
            for encoding in (pb.FLOAT, pb.PACKED_F32, pb.PACKED_U8)
        ]
    assert len(plain) == len(packed) == len(small) > 10
    for wide, block, byte in zip(plain[:-1], packed[:-1], small[:-1], strict=True):
        values = matrix(wide).astype("<f4")
        assert values.shape == (source["number_of_channels"], told["frequencies_amount"])
        assert np.array_equal(np.frombuffer(block.rows[0].packed.data, "<f4"), values.ravel())
        levels = byte.rows[0].packed
        decibels = levels.offset + levels.scale * np.frombuffer(levels.data, np.uint8)
        loud = values.ravel() > values.max() / 100
        assert np.allclose(10 ** (decibels[loud] / 20), values.ravel()[loud], rtol=levels.scale / 8)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nfftSelection": 1000}, "nfftSelection"),
        ({"channels": {"min": 0, "max": 4}}, "channels.max"),
        ({"channels": {"min": 3, "max": 1}}, "channels.min"),
        ({"frequencyRange": {"min": 0, "max": 501}}, "frequencyRange.max"),
        ({"start_time": 1_700_000_002, "end_time": 1_700_000_001, "source": "past"}, "end_time"),
        ({"start_time": 1_700_000_000, "end_time": 1_700_000_000.1, "source": "past"}, "end_time"),
        ({"start_time": 1_600_000_000, "end_time": 1_600_000_001, "source": "past"}, "start_time"),
        ({"source": "nobody"}, "source"),
        ({"source": "broken"}, "source"),
        ({"source": "silent"}, "source"),
    ],
)
async def test_bad_requests_are_told_by_the_client_s_own_field(
    refusing: SensorServer, change: dict[str, object], field: str
) -> None:
    """400 {error, code, details.field}, and what to do in the sentence."""
    status, told = await refusing.ask("configure", order_body(**change))
    assert status == 400, told
    assert set(told) == {"error", "code", "details"}
    assert told["details"]["field"] == field


@pytest_asyncio.fixture
async def refusing(tmp_path: Path) -> AsyncIterator[SensorServer]:
    """A server with good, broken and silent sources."""
    broken = tmp_path / "broken.h5"
    broken.write_bytes(RECORDING.read_bytes()[:20_000])
    silent = CUTS / "neubrex_das_1.h5"
    text = f"{SOURCES},broken=recording:{quote(str(broken))},silent=recording:{quote(str(silent))}"
    async with sensor_server(tmp_path / "home", text) as server:
        yield server


async def test_jobs_have_a_limit_and_leave_it(tmp_path: Path) -> None:
    """One more than allowed is 429 with a time; after a DELETE there is room."""
    async with sensor_server(tmp_path, SOURCES, max_jobs=2) as server:
        first, _ = [(await server.configured())["job_id"] for _ in range(2)]
        status, told = await server.ask("configure", order_body())
        assert (status, set(told)) == (429, {"error", "code", "details"})
        await server.ask(f"jobs/{first}", method="DELETE")
        await server.configured()


async def test_a_drain_with_an_open_live_stream_is_quick(tmp_path: Path) -> None:
    """The viewer hears UNAVAILABLE, every worker is gone."""
    async with sensor_server(tmp_path, SOURCES) as server, asyncio.timeout(20):
        job = (await server.configured())["job_id"]
        call = server.stub.StreamSpectrograms(pb.StreamRequest(job_id=job))
        await call.read()
        async with owned_task(server.application.drain()) as draining:
            with pytest.raises(grpc.aio.AioRpcError) as ended:
                await taken(call)
            await draining
    assert ended.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_health_and_the_status_page_name_the_part(tmp_path: Path) -> None:
    """CheckHealth is healthy; an ordinary list of modules holds it."""
    async with sensor_server(tmp_path, SOURCES) as server:
        told = await server.stub.CheckHealth(pb.HealthRequest())
        assert (told.healthy, told.status) == (True, "running")
        assert server.application.report().modules["sensor_streams"].state.value == "running"
