"""Sensor streams whose jobs and frames a test scripts, and a real gRPC server in front of them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import grpc
import numpy as np

from nexy.config.sections import GrpcConfig, WelcomeConfig
from nexy.config.sensor_streams_section import SensorStreamsConfig
from nexy.contracts.capabilities import SENSOR_STREAMS, SPEECH
from nexy.contracts.errors import Internal, NexyError, NotFound, StreamLimitExceeded, Unavailable
from nexy.contracts.module import ModuleState, ModuleStatus, Peers, UniversalModuleInterface
from nexy.contracts.request import Request, RequestHandlers
from nexy.contracts.streams import (
    DescribeSource,
    EndJob,
    FollowedFrame,
    FollowStream,
    JobFacts,
    JobState,
    JobStatus,
    ListSources,
    OpenJob,
    ReadJob,
    RecordingsInRange,
    SourceFacts,
    SpectrumFrame,
    StreamOrder,
)
from nexy.transport.grpc_service.data_stream_servicer import DataStreamServicer
from nexy.transport.grpc_service.grpc_server import VoiceServicer
from nexy.transport.grpc_service.grpc_service_manager import GrpcServiceManager
from nexy.transport.grpc_service.shared_encoding import SharedEncoding
from nexy.utils.clock import SystemClock
from nexy.utils.metrics_collector import MetricsCollector
from nexy.utils.stream_metrics import StreamMetrics
from nexy.workflows.admission import Admission
from nexy.workflows.sensor_stream import SensorStreamWorkflowIntegration
from nexy.workflows.usage import UsageWorkflowIntegration
from nexy.workflows.welcome import WelcomeWorkflowIntegration
from nexy_protocol.datastream_pb2_grpc import DataStreamServiceStub
from support.voice_parts import Setting, voice_parts

R = TypeVar("R")
JOB = "12-70788"
FACTS = SourceFacts(
    name="well", kind="recording", live=False, sample_rate_hz=1000.0, lowest_channel=1, channels=100, samples=10_000,
    start_ns=1_700_000_000_000_000_000, unit="strain/s", dtype="int16", distance_step_m=1.5, fiber_start_m=3.0,
    description="a well", dead_channels=(7, 90), nan_channels=(8,),
)  # fmt: skip


@dataclass(slots=True)
class SensorScript:
    """What happens: `rows` None is a live job; before the frames named in `gates` the stream waits.

    `released` counts the viewers that have let go, `following` those that have not.
    """

    rows: int | None = 3
    sensors: int = 4
    bins: int = 3
    streams: int = 2
    starting: bool = False
    jobs_left: int = 30
    fails_before: dict[int, NexyError] = field(default_factory=dict)
    gates: dict[int, asyncio.Event] = field(default_factory=dict)
    drops: dict[int, int] = field(default_factory=dict)
    orders: list[StreamOrder] = field(default_factory=list)
    followed: list[FollowStream] = field(default_factory=list)
    state: JobState = JobState.RUNNING
    problem: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    following: int = 0
    released: int = 0


class ScriptedStreams(UniversalModuleInterface):
    """Stands where sensor_streams stands; every viewer of a frame gets the same object."""

    def __init__(self, script: SensorScript) -> None:
        self._script = script
        self._frames: dict[tuple[int, int], SpectrumFrame] = {}
        self._ended = asyncio.Event()
        self._handlers = RequestHandlers()

    async def initialize(self, section: object, peers: Peers) -> None:
        on = self._handlers.on
        on(ListSources, self._list)
        on(DescribeSource, self._describe)
        on(OpenJob, self._open)
        on(ReadJob, self._read)
        on(EndJob, self._end)
        on(FollowStream, self._follow)
        on(RecordingsInRange, self._recordings)

    async def process(self, request: Request[R]) -> R:
        return await self._handlers.answer(request)

    async def cleanup(self) -> None:
        self._ended.set()

    def status(self) -> ModuleStatus:
        return ModuleStatus(state=ModuleState.RUNNING, parts=self._script.parts)

    async def _list(self, _: ListSources) -> Sequence[SourceFacts]:
        return [FACTS]

    async def _recordings(self, request: RecordingsInRange) -> Sequence[SourceFacts]:
        return [FACTS] if request.start_s <= FACTS.start_ns / 1e9 <= request.end_s else []

    async def _describe(self, request: DescribeSource) -> SourceFacts:
        if request.name not in ("", FACTS.name):
            raise NotFound(f"source: there is no source {request.name!r} here", field="source")
        return FACTS

    async def _open(self, request: OpenJob) -> JobFacts:
        await self._describe(DescribeSource(name=request.order.source))
        if self._script.jobs_left == 0:
            raise StreamLimitExceeded("30 jobs run, the limit is 30")
        self._script.jobs_left -= 1
        self._script.orders.append(request.order)
        return self._job()

    def _job(self) -> JobFacts:
        script = self._script
        order = script.orders[-1] if script.orders else ORDER
        return JobFacts(
            job_id=JOB, source=replace(FACTS, live=script.rows is None), order=order,
            frequencies_hz=tuple(float(one) for one in range(script.bins)), row_seconds=0.0390625, hop=39,
            nfft_effective=order.nfft, rows=script.rows, streams=script.streams, created_at_s=1_700_000_000.5,
            channel_to_stream={order.first_channel + one: one // script.sensors
                               for one in range(script.sensors * script.streams)},
        )  # fmt: skip

    async def _read(self, request: ReadJob) -> JobStatus:
        if request.job_id != JOB:
            raise NotFound(f"job {request.job_id} not found")
        script = self._script
        return JobStatus(
            job=self._job(), state=script.state, viewers=script.following, frames=len(self._frames),
            problem=script.problem,
        )  # fmt: skip

    async def _end(self, request: EndJob) -> JobStatus:
        await self._read(ReadJob(job_id=request.job_id))
        self._script.state = JobState.CANCELLED
        self._ended.set()
        return await self._read(ReadJob(job_id=request.job_id))

    async def _follow(self, request: FollowStream) -> AsyncGenerator[FollowedFrame, None]:
        await self._read(ReadJob(job_id=request.job_id))
        if self._script.starting:
            raise Unavailable(f"job {request.job_id} is still starting")
        self._script.followed.append(request)
        return self._given(request)

    async def _given(self, request: FollowStream) -> AsyncGenerator[FollowedFrame, None]:
        script, dropped, given = self._script, 0, 0
        script.following += 1
        try:
            number = request.after_frame
            while script.rows is None or number < script.rows:
                number += 1
                if not await self._may_go_on(number):
                    return
                dropped += script.drops.get(number, 0)
                yield FollowedFrame(frame=self._frame(request.stream_id, number), dropped=dropped)
                given += 1
                if given == request.max_frames:
                    return
        finally:
            script.following -= 1
            script.released += 1

    async def _may_go_on(self, number: int) -> bool:
        if number in self._script.fails_before:
            raise self._script.fails_before[number]
        gate = self._script.gates.get(number)
        if gate is not None:
            async with asyncio.timeout(20):
                while not gate.is_set() and not self._ended.is_set():
                    await asyncio.sleep(0)
        return not self._ended.is_set()

    def _frame(self, stream_id: int, number: int) -> SpectrumFrame:
        key = (stream_id, number)
        if key not in self._frames:
            script = self._script
            values = np.arange(script.sensors * script.bins, dtype="<f4") + number
            self._frames[key] = SpectrumFrame(
                stream_id=stream_id, number=number, start_ms=1_700_000_000_000 + 39 * (number - 1),
                end_ms=1_700_000_000_000 + 39 * number, first_channel=1 + stream_id * script.sensors,
                sensors=script.sensors, bins=script.bins, intensities=values.tobytes(),
                highest=float(values.max()), lowest=float(values.min()),
            )  # fmt: skip
        return self._frames[key]


ORDER = StreamOrder(nfft=1024, height=3, first_channel=1, last_channel=8)
BROKEN = Internal("source 'well': the file has become shorter", code="source_broken")


@dataclass(slots=True, kw_only=True)
class GrpcSensors:
    """The running server, a channel to it and what stands behind it."""

    script: SensorScript
    workflow: SensorStreamWorkflowIntegration
    manager: GrpcServiceManager
    metrics: MetricsCollector
    channel: grpc.aio.Channel
    stub: DataStreamServiceStub


@asynccontextmanager
async def sensor_workflow(
    home: Path, script: SensorScript, section: SensorStreamsConfig | None = None
) -> AsyncIterator[SensorStreamWorkflowIntegration]:
    """The workflow over the scripted module."""
    setting = Setting(without=frozenset({SPEECH}), extra={SENSOR_STREAMS: ScriptedStreams(script)})
    async with voice_parts(home, setting=setting) as parts:
        yield SensorStreamWorkflowIntegration(parts.coordinator, section or SensorStreamsConfig())


@asynccontextmanager
async def grpc_sensors(
    home: Path,
    script: SensorScript | None = None,
    section: SensorStreamsConfig | None = None,
    door: GrpcConfig | None = None,
) -> AsyncIterator[GrpcSensors]:
    """Listen, connect, and leave nothing behind."""
    told, wanted = script or SensorScript(), section or SensorStreamsConfig()
    setting = Setting(without=frozenset({SPEECH}), extra={SENSOR_STREAMS: ScriptedStreams(told)})
    async with voice_parts(home, setting=setting) as parts:
        metrics = MetricsCollector(60, SystemClock())
        workflow = SensorStreamWorkflowIntegration(parts.coordinator, wanted)
        voice = VoiceServicer(
            parts.integration,
            parts.interrupts,
            WelcomeWorkflowIntegration(parts.coordinator, WelcomeConfig(), "en"),
            UsageWorkflowIntegration(parts.coordinator),
            Admission(parts.coordinator),
        )
        encodings = SharedEncoding(wanted.encoded_cache_bytes)
        streams = DataStreamServicer(workflow, StreamMetrics(metrics.registry), encodings, "1.2.3")
        manager = GrpcServiceManager(door or GrpcConfig(port=0), voice, metrics, with_reflection=True, streams=streams)
        await manager.initialize()
        try:
            async with grpc.aio.insecure_channel(manager.address, options=_LARGE) as channel:
                stub = DataStreamServiceStub(channel)
                yield GrpcSensors(
                    script=told, workflow=workflow, manager=manager, metrics=metrics, channel=channel, stub=stub
                )
        finally:
            await manager.cleanup()


_LARGE = (("grpc.max_receive_message_length", 64 * 1024 * 1024),)
