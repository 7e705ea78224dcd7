"""The service of sensor streams over a real channel, as a client with the public classes sees it."""

import asyncio
import logging
import time
from pathlib import Path

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.utils.supervisor import owned_task
from nexy_protocol import datastream_pb2 as pb
from support.sensor_parts import BROKEN, JOB, GrpcSensors, SensorScript, grpc_sensors

MEGABYTE_FRAME = {"sensors": 1000, "bins": 256, "streams": 1}


async def taken(
    call: "grpc.aio.UnaryStreamCall[pb.StreamRequest, pb.DataStream]",
) -> tuple[list[pb.DataStream], grpc.StatusCode, str]:
    """Everything that comes, and how the call ended."""
    messages: list[pb.DataStream] = []
    try:
        while isinstance(message := await call.read(), pb.DataStream):
            messages.append(message)
    except grpc.aio.AioRpcError:
        pass
    return messages, await call.code(), await call.details() or ""


async def watched(sensors: GrpcSensors, **request: int | str) -> tuple[list[pb.DataStream], grpc.StatusCode, str]:
    wanted = pb.StreamRequest(**{"job_id": JOB, **request})  # type: ignore[arg-type]
    return await taken(sensors.stub.StreamSpectrograms(wanted))


async def test_a_historic_stream_is_whole_and_says_that_it_ends(tmp_path: Path) -> None:
    """Every documented field of every frame, then one message without rows, then OK."""
    async with grpc_sensors(tmp_path, SensorScript(rows=3)) as sensors:
        before = time.time() * 1000
        messages, status, _ = await watched(sensors, stream_id=1)
        after = time.time() * 1000
    assert status is grpc.StatusCode.OK
    *frames, end = messages
    assert [frame.frame_number for frame in frames] == [1, 2, 3]
    assert (end.end_of_stream, list(end.rows), end.frame_number) == (True, [], 3)
    for frame in frames:
        (row,) = frame.rows
        values = np.array([list(sensor.intensity) for sensor in row.sensors])
        assert np.array_equal(values, np.arange(12).reshape(4, 3) + frame.frame_number)
        assert [sensor.id for sensor in row.sensors] == [5, 6, 7, 8]
        assert (frame.current_min_amp, frame.current_max_amp) == (values.min(), values.max())
        assert row.endTimestamp - row.startTimestamp == 39
        assert row.canvasId == JOB
        assert before - 1 <= frame.server_timestamp <= after
        assert (frame.dropped_frames, frame.end_of_stream) == (0, False)


@pytest.mark.parametrize(("encoding", "tolerance"), [(pb.PACKED_F32, 0.0), (pb.PACKED_U8, 0.05)])
async def test_packed_rows_hold_the_same_values(
    tmp_path: Path, encoding: "pb.Encoding.ValueType", tolerance: float
) -> None:
    """One block instead of a list for each sensor; bytes are decibels with scale and offset."""
    async with grpc_sensors(tmp_path, SensorScript(rows=1)) as sensors:
        messages, status, _ = await watched(sensors, encoding=encoding)
    assert status is grpc.StatusCode.OK
    row = messages[0].rows[0]
    packed = row.packed
    assert not row.sensors
    assert (packed.first_id, packed.sensor_count, packed.bin_count, packed.encoding) == (1, 4, 3, encoding)
    if encoding == pb.PACKED_F32:
        values = np.frombuffer(packed.data, "<f4")
    else:
        values = 10 ** ((packed.offset + packed.scale * np.frombuffer(packed.data, np.uint8)) / 20)
    assert np.allclose(values, np.arange(12) + 1.0, rtol=tolerance)


async def test_a_client_may_resume_and_may_have_enough(tmp_path: Path) -> None:
    """Frames keep their numbers; a stream that is left before its end says nothing of an end."""
    async with grpc_sensors(tmp_path, SensorScript(rows=9)) as sensors:
        messages, status, _ = await watched(sensors, resume_after_frame=4, max_frames=2)
    assert [message.frame_number for message in messages] == [5, 6]
    assert status is grpc.StatusCode.OK


async def test_losses_are_told_in_all(tmp_path: Path) -> None:
    """dropped_frames is what this viewer has lost so far."""
    async with grpc_sensors(tmp_path, SensorScript(rows=4, drops={2: 3, 4: 2})) as sensors:
        messages, _, _ = await watched(sensors)
        figures = sensors.metrics.exposition().decode()
    assert [message.dropped_frames for message in messages] == [0, 3, 3, 5, 5]
    assert "nexy_stream_dropped_frames_total 5.0" in figures


@pytest.mark.parametrize(
    ("request_fields", "status", "words"),
    [
        ({"job_id": "1-1"}, grpc.StatusCode.NOT_FOUND, "job 1-1 not found"),
        ({"max_frames": -1}, grpc.StatusCode.INVALID_ARGUMENT, "max_frames:"),
        ({"stream_id": 7}, grpc.StatusCode.INVALID_ARGUMENT, "stream_id:"),
        ({"encoding": 9}, grpc.StatusCode.INVALID_ARGUMENT, "encoding:"),
        ({"resume_after_frame": 4}, grpc.StatusCode.INVALID_ARGUMENT, "resume_after_frame:"),
    ],
)
async def test_refusals_have_their_status_and_name_what_is_wrong(
    tmp_path: Path, request_fields: dict[str, int | str], status: grpc.StatusCode, words: str
) -> None:
    """Nothing is sent, the words tell what to mend, and the connection goes on."""
    async with grpc_sensors(tmp_path) as sensors:
        messages, code, details = await watched(sensors, **request_fields)
        assert (messages, code) == ([], status)
        assert words in details
        assert (await watched(sensors))[1] is grpc.StatusCode.OK


async def test_a_job_that_is_starting_is_unavailable(tmp_path: Path) -> None:
    """A client may try again."""
    async with grpc_sensors(tmp_path, SensorScript(starting=True)) as sensors:
        _, status, details = await watched(sensors)
        assert status is grpc.StatusCode.UNAVAILABLE
        assert "starting" in details
        sensors.script.starting = False
        assert (await watched(sensors))[1] is grpc.StatusCode.OK


async def test_too_many_viewers_are_turned_away(tmp_path: Path) -> None:
    """RESOURCE_EXHAUSTED, without disturbing the one who watches."""
    script = SensorScript(rows=3, gates={2: asyncio.Event()})
    async with grpc_sensors(tmp_path, script, SensorStreamsConfig(max_viewers=1)) as sensors:
        call = sensors.stub.StreamSpectrograms(pb.StreamRequest(job_id=JOB))
        await call.read()
        assert (await watched(sensors))[1] is grpc.StatusCode.RESOURCE_EXHAUSTED
        script.gates[2].set()
        assert len((await taken(call))[0]) == 3


async def test_a_broken_source_is_a_status_after_data_too(tmp_path: Path) -> None:
    """INTERNAL with the source's sentence behind the frames that came: never a quiet end."""
    script = SensorScript(rows=9, fails_before={3: BROKEN})
    async with grpc_sensors(tmp_path, script) as sensors:
        messages, status, details = await watched(sensors)
    assert [message.frame_number for message in messages] == [1, 2]
    assert status is grpc.StatusCode.INTERNAL
    assert "has become shorter" in details


async def test_a_client_that_leaves_frees_its_viewer(tmp_path: Path) -> None:
    """Whether it cancels while frames come or while none comes."""
    script = SensorScript(rows=None, gates={3: asyncio.Event()})
    async with grpc_sensors(tmp_path, script) as sensors, asyncio.timeout(10):
        for left in range(1, 4):
            call = sensors.stub.StreamSpectrograms(pb.StreamRequest(job_id=JOB))
            await call.read()
            call.cancel()
            while script.released < left:
                await asyncio.sleep(0)
        while "nexy_stream_viewers 0.0" not in sensors.metrics.exposition().decode():
            await asyncio.sleep(0)
        assert sensors.workflow.viewers == 0


async def test_a_viewer_that_has_seen_enough_ended_well(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its leaving is the end of a live stream: complete after data, abort before; never an error of a class."""
    gate = asyncio.Event()
    with caplog.at_level(logging.INFO, "nexy.grpc"):
        for gates, reads in (({3: gate}, 1), ({1: gate}, 0)):
            script = SensorScript(rows=None, gates=gates)
            async with grpc_sensors(tmp_path, script) as sensors, asyncio.timeout(10):
                call = sensors.stub.StreamSpectrograms(pb.StreamRequest(job_id=JOB))
                for _ in range(reads):
                    await call.read()
                while script.following < 1:
                    await asyncio.sleep(0)
                call.cancel()
                while script.released < 1:
                    await asyncio.sleep(0)
    ends = [vars(record) for record in caplog.records if vars(record).get("decision") in ("complete", "abort", "error")]
    ends = [line for line in ends if line["method"].endswith("StreamSpectrograms")]
    assert [line["decision"] for line in ends] == ["complete", "abort"]
    for line, sent in zip(ends, (True, False), strict=True):
        assert (line["levelname"], line["ctx"]["ended_by"], line["ctx"]["data_sent"]) == ("INFO", "client", sent)
        assert "error_classified" not in line["ctx"]


async def test_a_client_that_stops_reading_is_ended_and_blocks_nobody(tmp_path: Path) -> None:
    """It holds what the transport took and one message; another viewer of the same stream goes on meanwhile."""
    script = SensorScript(rows=200, **MEGABYTE_FRAME)
    section = SensorStreamsConfig(stream_inactivity_seconds=0.5, encoded_cache_bytes=4_000_000)
    async with grpc_sensors(tmp_path, script, section) as sensors, asyncio.timeout(30):
        stalled = sensors.stub.StreamSpectrograms(pb.StreamRequest(job_id=JOB))
        await stalled.read()
        messages, status, _ = await watched(sensors, max_frames=20, encoding=pb.PACKED_F32)
        assert (len(messages), status) == (20, grpc.StatusCode.OK)
        while script.released < 2:
            await asyncio.sleep(0)
        messages, status, details = await taken(stalled)
        assert len(messages) < 30
        assert status is grpc.StatusCode.DEADLINE_EXCEEDED
        assert "has read nothing for 0.5 s" in details


async def test_frames_and_bytes_are_counted_by_encoding(tmp_path: Path) -> None:
    """Frames, their bytes and no end message; latency is that of the first frame."""
    async with grpc_sensors(tmp_path, SensorScript(rows=3)) as sensors:
        messages, _, _ = await watched(sensors)
        await watched(sensors, encoding=pb.PACKED_F32)
        figures = sensors.metrics.exposition().decode()
    size = sum(message.ByteSize() for message in messages if not message.end_of_stream)
    assert 'nexy_stream_frames_total{encoding="float"} 3.0' in figures
    assert f'nexy_stream_bytes_total{{encoding="float"}} {float(size)}' in figures
    assert 'nexy_stream_frames_total{encoding="packed_f32"} 3.0' in figures
    assert 'nexy_rpc_total{outcome="ok",rpc="StreamSpectrograms"} 2.0' in figures
    assert 'nexy_rpc_latency_seconds_count{rpc="StreamSpectrograms"} 2.0' in figures


async def test_the_log_has_two_lines_for_a_call_and_none_for_a_frame(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Start and complete, however many frames there are."""
    with caplog.at_level(logging.DEBUG, "nexy"):
        async with grpc_sensors(tmp_path, SensorScript(rows=50)) as sensors:
            await watched(sensors)
    lines = [record for record in caplog.records if "StreamSpectrograms" in str(vars(record).get("method"))]
    assert [vars(line)["decision"] for line in lines] == ["start", "complete"]


async def test_health_is_told_in_both_ways_and_changes_with_the_service(tmp_path: Path) -> None:
    """CheckHealth and grpc.health.v1 say the same; the voice is not touched by it."""
    async with grpc_sensors(tmp_path) as sensors:
        health = health_pb2_grpc.HealthStub(sensors.channel)
        asked = health_pb2.HealthCheckRequest(service="datastream.DataStreamService")
        told = await sensors.stub.CheckHealth(pb.HealthRequest())
        assert (told.healthy, told.version, told.status) == (True, "1.2.3", "running")
        assert (await health.Check(asked)).status == health_pb2.HealthCheckResponse.SERVING
        sensors.workflow.drain()
        assert not (await sensors.stub.CheckHealth(pb.HealthRequest())).healthy
        assert (await health.Check(asked)).status == health_pb2.HealthCheckResponse.NOT_SERVING
        voice = health_pb2.HealthCheckRequest(service="streaming.StreamingService")
        assert (await health.Check(voice)).status == health_pb2.HealthCheckResponse.SERVING


async def test_a_live_stream_does_not_hold_the_stop(tmp_path: Path) -> None:
    """The viewer is told UNAVAILABLE at once; the grace is not used up."""
    script = SensorScript(rows=None, gates={2: asyncio.Event()})
    async with grpc_sensors(tmp_path, script) as sensors, asyncio.timeout(10):
        call = sensors.stub.StreamSpectrograms(pb.StreamRequest(job_id=JOB))
        await call.read()
        sensors.workflow.drain()
        async with owned_task(sensors.manager.cleanup(grace_seconds=60)) as stopping:
            _, status, details = await taken(call)
            await stopping
        assert status is grpc.StatusCode.UNAVAILABLE
        assert "shutting down" in details


async def test_a_stop_without_grace_ends_every_stream(tmp_path: Path) -> None:
    """Historic ones too, and their viewers are released."""
    script = SensorScript(rows=9, gates={2: asyncio.Event()})
    async with grpc_sensors(tmp_path, script) as sensors, asyncio.timeout(10):
        call = sensors.stub.StreamSpectrograms(pb.StreamRequest(job_id=JOB))
        await call.read()
        await sensors.manager.cleanup()
        assert script.released == 1
        assert (await taken(call))[1] is not grpc.StatusCode.OK


async def test_reflection_names_the_service(tmp_path: Path) -> None:
    """Tools that list services find it and its messages."""
    async with grpc_sensors(tmp_path) as sensors:
        asked = [
            reflection_pb2.ServerReflectionRequest(list_services=""),
            reflection_pb2.ServerReflectionRequest(file_containing_symbol="datastream.DataStreamService"),
        ]
        call = reflection_pb2_grpc.ServerReflectionStub(sensors.channel).ServerReflectionInfo(iter(asked))
        names = {service.name for service in (await call.read()).list_services_response.service}
        assert "datastream.DataStreamService" in names
        assert (await call.read()).file_descriptor_response.file_descriptor_proto
        await call.read()
