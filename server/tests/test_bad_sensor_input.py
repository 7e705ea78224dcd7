"""Bad input through the real doors: each is told by its field and what to do, and no place on the disk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import grpc
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from nexy_protocol import datastream_pb2 as pb
from support.das_files import START_NS, write_das
from support.recordings import CUTS
from support.sensor_server import SensorServer, order_body, sensor_server

pytestmark = pytest.mark.slow

TONES = "channels=4&rate=1000&noise=0&tones=1:97.65625:2.5"
SOURCES = f"demo=synthetic:?{TONES},past=synthetic:?{TONES}&duration=4&start=1700000000"
METHOD = "/datastream.DataStreamService/StreamSpectrograms"
NOT_NUMBERS = (None, "5", "", True, [], {}, float("nan"), float("inf"))
WRONG: dict[str, tuple[Any, ...]] = {
    "nfftSelection": (*NOT_NUMBERS, 0, -256, 1000, 64, 4096, 131072, 10**30, 256.0),
    "displayInfo": (None, 5, "x", {}, {"height": 0}, {"height": "64"}, {"height": -1}, {"height": 10**12}),
    "channels": (None, 5, {}, {"min": 0}, {"min": "0", "max": 3}, {"min": -1, "max": 3}, {"min": 3, "max": 1},
                 {"min": 0, "max": 4}, {"min": 0, "max": 10**12}, {"min": 0, "max": float("nan")}),
    "frequencyRange": (5, {}, {"min": 0}, {"min": "0", "max": 5}, {"min": -1, "max": 5}, {"min": 9, "max": 5},
                       {"min": 0, "max": 501}, {"min": 0, "max": 1e30}, {"min": float("nan"), "max": 5}),
    "start_time": ("now", True, [], -1, 1e30, float("inf"), 5),
    "view_type": (*NOT_NUMBERS, -1, 3, 10**12),
    "displayTimeAxisDuration": ("10", [], -1, float("nan")),
    "source": (5, [], "nobody", "x" * 300, "/etc/passwd", "../../etc/passwd", "~root", "past\x00", "..%2fetc", "a b"),
}  # fmt: skip


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[SensorServer]:
    """A live fibre of 4 channels at 1 kHz, and 4 s of one that is past."""
    async with sensor_server(tmp_path / "home", SOURCES) as running:
        yield running


async def ended(call: "grpc.aio.UnaryStreamCall[Any, Any]") -> tuple[grpc.StatusCode, str]:
    """How the call ends, whatever it gives before."""
    async with asyncio.timeout(20):
        with suppress(grpc.aio.AioRpcError):
            while await call.read() is not grpc.aio.EOF:
                pass
        return await call.code(), await call.details() or ""


async def refused(server: SensorServer, **request: Any) -> tuple[grpc.StatusCode, str]:
    return await ended(server.stub.StreamSpectrograms(pb.StreamRequest(**request)))


async def test_every_field_of_configure_is_told_by_its_name(server: SensorServer) -> None:
    """Missing, of another type, no number, negative, huge, out of order: 400, the field, a sentence."""
    missing = [(field, {key: value for key, value in order_body().items() if key != field})
               for field in order_body()]  # fmt: skip
    wrong = [(field, order_body(**{field: value})) for field, values in WRONG.items() for value in values]
    for field, body in (*missing, *wrong):
        status, told = await server.ask("configure", body)
        assert status == 400, (body, told)
        assert set(told) == {"error", "code", "details"}
        named = told["details"]["field"]
        # Of two times that do not fit together the other one may be meant.
        assert named.partition(".")[0] == field or {named, field} <= {"start_time", "end_time"}, (body, told)
        assert told["error"].startswith((named, "source '")), told
    assert (await server.ask("sources"))[0] == 200


async def test_a_source_is_never_a_path(server: SensorServer, tmp_path: Path) -> None:
    """Whatever looks like one is refused at every door that takes a name, and the place is not repeated."""
    secret = tmp_path / "secret.h5"
    secret.write_bytes((CUTS / "gdr_1.h5").read_bytes())
    for name in (str(secret), f"recording:{secret}", "../secret", f"a=recording:{secret}", f"past,{secret}"):
        for path in (f"channels?source={quote(name)}", f"live_metadata?source={quote(name, safe='')}"):
            status, told = await server.ask(path)
            assert (status, str(tmp_path) in str(told)) == (400, False)
        status, told = await server.ask("configure", order_body(source=name))
        assert (status, told["details"], str(tmp_path) in str(told)) == (400, {"field": "source"}, False)


async def test_files_that_cannot_be_read_are_told_without_their_place(tmp_path: Path) -> None:
    """Truncated, empty, something else, gone: listed with a reason, 400 for a job; a folder that may fill: 503."""
    good = (CUTS / "decimated_optodas.hdf5").read_bytes()
    files = {"cut": good[:20_000], "short": good[:-1000], "empty": b"", "text": b"no recording" * 99, "gone": None}
    for name, content in files.items():
        if content is not None:
            (tmp_path / f"{name}.h5").write_bytes(content)
    (tmp_path / "nothing").mkdir()
    text = ",".join(f"{name}=recording:{quote(str(tmp_path))}/{name}.h5" for name in files)
    text += f",nothing=folder:{quote(str(tmp_path / 'nothing'))}"
    async with sensor_server(tmp_path / "home", text) as server:
        listed = (await server.ask("sources"))[1]
        told = {one["name"]: one["reason"] for one in listed["refused"]}
        assert told.keys() == {*files, "nothing"}
        for name, reason in told.items():
            status, refusal = await server.ask("configure", order_body(source=name))
            expected = (503, "source_waiting") if name == "nothing" else (400, "source_unreadable")
            assert (status, refusal["code"]) == expected
            assert str(tmp_path) not in f"{reason} {refusal}"


async def test_wrong_stream_requests_have_their_status(server: SensorServer) -> None:
    """Unknown and endless names, no message at all, one over the limit; the connection goes on."""
    job = (await server.configured())["job_id"]
    assert await refused(server, job_id="1-1") == (
        grpc.StatusCode.NOT_FOUND,
        "job 1-1 not found: it never was or has expired; configure a new one",
    )
    code, words = await refused(server, job_id="9" * 100_000)
    assert (code, len(words) < 200) == (grpc.StatusCode.NOT_FOUND, True)
    assert (await refused(server))[0] is grpc.StatusCode.NOT_FOUND
    for field, value in (("stream_id", 1), ("stream_id", -1), ("max_frames", -1), ("encoding", 7),
                         ("resume_after_frame", -1), ("resume_after_frame", 2**62)):  # fmt: skip
        code, words = await refused(server, job_id=job, **{field: value})
        assert (code, words.partition(":")[0]) == (grpc.StatusCode.INVALID_ARGUMENT, field)
    async with grpc.aio.insecure_channel(server.application.report().addresses["grpc"]) as channel:
        raw = channel.unary_stream(METHOD)
        code, words = await ended(raw(b"\xff\xff\xff"))
        assert (code, "StreamRequest" in words) == (grpc.StatusCode.INVALID_ARGUMENT, True)
        code, words = await ended(raw(bytes(17 * 1024 * 1024)))
        assert (code, "larger than max" in words) == (grpc.StatusCode.RESOURCE_EXHAUSTED, True)
        message = pb.StreamRequest(job_id=job, max_frames=1).SerializeToString()
        assert (await ended(raw(message)))[0] is grpc.StatusCode.OK


async def test_the_31st_job_and_an_expired_one(tmp_path: Path) -> None:
    """429 with what to do; after its idle time a job is unknown at both doors, and its place is free."""
    async with sensor_server(tmp_path, SOURCES, job_idle_seconds=1.5, max_viewers=1) as server:
        jobs = [(await server.configured())["job_id"] for _ in range(30)]
        status, told = await server.ask("configure", order_body())
        assert (status, told["code"], "DELETE" in told["error"]) == (429, "too_many_jobs", True)
        watching = server.stub.StreamSpectrograms(pb.StreamRequest(job_id=jobs[0]))
        assert isinstance(await watching.read(), pb.DataStream)
        assert (await refused(server, job_id=jobs[1]))[0] is grpc.StatusCode.RESOURCE_EXHAUSTED
        async with asyncio.timeout(10):
            while (await server.ask(f"jobs/{jobs[1]}"))[0] != 404:
                await asyncio.sleep(0)
        watching.cancel()
        code, words = await refused(server, job_id=jobs[1])
        assert (code, "has expired; configure a new one" in words) == (grpc.StatusCode.NOT_FOUND, True)
        await server.configured()


async def test_a_file_that_shrinks_while_it_streams_fails_its_own_job_only(tmp_path: Path) -> None:
    """INTERNAL with the file's name and what happened; the job says so, another source goes on."""
    path = write_das(tmp_path / "long.h5", samples=60_000, channels=64)
    begins = START_NS / 1e9
    text = f"{SOURCES},long=recording:{quote(str(path))}"
    async with sensor_server(tmp_path / "home", text, viewer_buffer_bytes=1024 * 1024) as server:
        times = {"start_time": begins, "end_time": begins + 600}
        job = (await server.configured(source="long", channels={"min": 0, "max": 63}, **times))["job_id"]
        call = server.stub.StreamSpectrograms(pb.StreamRequest(job_id=job))
        assert isinstance(await call.read(), pb.DataStream)
        with path.open("r+b") as file:
            file.truncate(1_000_000)
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            async with asyncio.timeout(20):
                while isinstance(await call.read(), pb.DataStream):
                    pass
        status = (await server.ask(f"jobs/{job}"))[1]
        other = (await server.configured())["job_id"]
        assert isinstance(await server.stub.StreamSpectrograms(pb.StreamRequest(job_id=other)).read(), pb.DataStream)
    assert failed.value.code() is grpc.StatusCode.INTERNAL
    assert "long.h5 became shorter" in (failed.value.details() or "")
    assert (status["status"], "became shorter" in status["problem"]) == ("failed", True)
    assert str(tmp_path) not in f"{status} {failed.value.details()}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
RANGES = st.fixed_dictionaries({"min": JSON | st.integers(-2, 9), "max": JSON | st.integers(-2, 9)})
BODIES = st.fixed_dictionaries({}, optional={
    "nfftSelection": JSON | st.sampled_from([128, 256, 2048, 65536]),
    "displayInfo": JSON | st.fixed_dictionaries({"height": JSON | st.integers(-1, 2000)}),
    "channels": JSON | RANGES,
    "frequencyRange": JSON | RANGES,
    "start_time": JSON | st.floats(1.7e9 - 1, 1.7e9 + 5),
    "end_time": JSON | st.floats(1.7e9 - 1, 1.7e9 + 5),
    "view_type": JSON | st.integers(-1, 4),
    "source": JSON | st.sampled_from(["demo", "past"]),
})  # fmt: skip


def test_no_body_is_a_defect(tmp_path: Path) -> None:
    """Whatever is sent to the three doors that take something: an answer or a refusal, never 500."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        server = runner.run(stack.enter_async_context(sensor_server(tmp_path, SOURCES)))

        def asked(path: str, body: object = None, method: str | None = None) -> Any:
            status, told = runner.run(server.ask(path, body, method))
            assert status in (200, 400, 404), told
            assert status == 200 or set(told) == {"error", "code", "details"}
            return told if status == 200 else None

        @given(changes=BODIES, bare=st.booleans(), word=st.text(min_size=1, max_size=20))
        @settings(max_examples=120, deadline=None)
        def check(changes: dict[str, Any], bare: bool, word: str) -> None:
            made = asked("configure", changes if bare else order_body(**changes))
            if made is not None:
                asked(f"jobs/{made['job_id']}", method="DELETE")
            asked("recordings_in_time_range", changes)
            asked(f"jobs/{quote(word, safe='')}", method="DELETE")
            asked(f"channels?source={quote(word, safe='')}")

        try:
            check()
        finally:
            runner.run(stack.aclose())
