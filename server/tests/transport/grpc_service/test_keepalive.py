"""A client that is gone without a word is noticed, whether or not anything is on its way to it."""

import asyncio
from pathlib import Path

import grpc
import pytest

from nexy.config.sections import GrpcConfig
from nexy_protocol import datastream_pb2 as pb
from nexy_protocol.datastream_pb2_grpc import DataStreamServiceStub
from support.sensor_parts import JOB, SensorScript, grpc_sensors
from support.silent_proxy import silent_proxy

pytestmark = pytest.mark.slow
SOON = GrpcConfig(port=0, keepalive_seconds=1.0, keepalive_timeout_seconds=1.0)


@pytest.mark.parametrize("quiet", [True, False], ids=["nothing-on-its-way", "frames-on-their-way"])
async def test_a_dead_connection_frees_its_viewer_in_bounded_time(tmp_path: Path, quiet: bool) -> None:
    """The wire falls silent with both ends open: the viewer is gone within a few seconds, others go on."""
    script = SensorScript(rows=None, sensors=1000, bins=64, streams=1)
    if quiet:
        script.gates[2] = asyncio.Event()
    async with grpc_sensors(tmp_path, script, door=SOON) as sensors, silent_proxy(sensors.manager.address) as proxy:
        async with grpc.aio.insecure_channel(proxy.address) as channel:
            call = DataStreamServiceStub(channel).StreamSpectrograms(pb.StreamRequest(job_id=JOB))
            async with asyncio.timeout(20):
                assert isinstance(await call.read(), pb.DataStream)
                proxy.hush()
                while script.following:
                    await asyncio.sleep(0)
            assert sensors.workflow.viewers == 0
            if not quiet:
                other = sensors.stub.StreamSpectrograms(pb.StreamRequest(job_id=JOB, max_frames=2))
                assert isinstance(await other.read(), pb.DataStream)
            call.cancel()
    assert script.released >= 1
