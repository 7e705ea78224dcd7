"""Greeting, usage, health, reflection, interceptor, shutdown."""

import asyncio
import contextlib
import logging
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from nexy.contracts.capabilities import SPEECH
from nexy.contracts.switches import KillSwitches
from nexy_protocol import streaming_pb2 as pb
from support.grpc_voice import GrpcVoice, ask, ended, grpc_voice, stream
from support.voice_parts import Setting

HEALTH = health_pb2.HealthCheckResponse


async def test_a_greeting_states_its_true_duration_first(tmp_path: Path) -> None:
    """Metadata first and once, then the sound it describes, then the end."""
    async with grpc_voice(tmp_path) as voice:
        call = voice.stub.GenerateWelcomeAudio(pb.WelcomeRequest(text="Hello. And welcome."))
        replies = [reply async for reply in call]
        kinds = [reply.WhichOneof("content") for reply in replies]
        assert kinds[0] == "metadata"
        assert kinds.count("metadata") == 1
        assert kinds[-1] == "end_message"
        about = replies[0].metadata
        frames = sum(reply.audio_chunk.shape[0] for reply in replies if reply.HasField("audio_chunk"))
        assert frames
        assert about.duration_sec == pytest.approx(frames / about.sample_rate)
        assert (about.channels, about.dtype) == (1, "int16")


async def test_an_empty_greeting_is_the_configured_one(tmp_path: Path) -> None:
    """Without text there is still a greeting to hear."""
    async with grpc_voice(tmp_path) as voice:
        kinds = [reply.WhichOneof("content") async for reply in voice.stub.GenerateWelcomeAudio(pb.WelcomeRequest())]
        assert kinds[:2] == ["metadata", "audio_chunk"]


async def test_a_greeting_takes_a_slot_and_obeys_the_kill_switch(tmp_path: Path) -> None:
    """A full server refuses it, and so does one that takes no work; afterwards the slot is free."""
    never = asyncio.Event()
    async with grpc_voice(tmp_path, ["First. ", never], Setting(slots=1)) as voice:
        running = voice.stub.StreamAudio(iter([ask()]))
        await running.read()
        assert await greeting_status(voice) is grpc.StatusCode.RESOURCE_EXHAUSTED
        running.cancel()
        while voice.parts.backpressure.turns:
            await asyncio.sleep(0)
        assert await greeting_status(voice) is grpc.StatusCode.OK
        assert voice.parts.backpressure.turns == 0
    off = Setting(kill_switches=KillSwitches(disable_module_coordinator=True))
    async with grpc_voice(tmp_path, setting=off) as voice:
        assert await greeting_status(voice) is grpc.StatusCode.UNAVAILABLE


async def greeting_status(voice: GrpcVoice) -> grpc.StatusCode:
    call = voice.stub.GenerateWelcomeAudio(pb.WelcomeRequest(text="Hello."))
    with contextlib.suppress(grpc.aio.AioRpcError):
        while isinstance(await call.read(), pb.WelcomeResponse):
            pass
    return await call.code()


async def test_a_greeting_too_long_to_hold_is_refused(tmp_path: Path) -> None:
    """A text within its characters whose sound would not fit into memory is told so, and nothing is kept."""
    async with grpc_voice(tmp_path, setting=Setting(sentence_seconds=60)) as voice:
        call = voice.stub.GenerateWelcomeAudio(pb.WelcomeRequest(text="One. Two. Three. Four."))
        reply = await call.read()
        assert isinstance(reply, pb.WelcomeResponse)
        assert reply.error_message.startswith("text:")
        assert await call.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_client_that_leaves_a_blocked_write_is_a_cancel(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its reader had stopped and it went away: counted as cancelled, never logged as a defect of ours."""
    answer = [f"Sentence number {number} stands here. " for number in range(200)]
    async with grpc_voice(tmp_path, answer, Setting(sentence_seconds=20)) as voice:
        for _ in range(5):
            call = voice.stub.StreamAudio(iter([ask()]))
            await call.read()
            for _ in range(500):
                await asyncio.sleep(0)
            call.cancel()
            while voice.parts.backpressure.streams:
                await asyncio.sleep(0)
        figures = voice.metrics.exposition().decode()
        assert 'nexy_rpc_total{outcome="cancelled",rpc="StreamAudio"} 5.0' in figures
        assert 'outcome="error"' not in figures
    assert "defect" not in caplog.text


async def test_each_answer_of_a_conversation_has_its_own_latency(tmp_path: Path) -> None:
    """Three turns on one stream are three samples, each noted when its first sound leaves."""
    async with grpc_voice(tmp_path) as voice:
        await stream(voice, ask(), ask(), ask())
        figures = voice.metrics.exposition().decode()
        assert 'nexy_rpc_latency_seconds_count{rpc="StreamAudio"} 3.0' in figures


@pytest.mark.parametrize("text", ["x" * 1001, "🙂"])
async def test_a_greeting_that_cannot_be_spoken_is_refused_by_name(tmp_path: Path, text: str) -> None:
    """One error_message that names the field, then INVALID_ARGUMENT."""
    async with grpc_voice(tmp_path) as voice:
        call = voice.stub.GenerateWelcomeAudio(pb.WelcomeRequest(text=text))
        reply = await call.read()
        assert isinstance(reply, pb.WelcomeResponse)
        assert reply.error_message.startswith("text:")
        assert await call.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_greeting_without_a_voice_is_unavailable(tmp_path: Path) -> None:
    """A server without sound says so."""
    async with grpc_voice(tmp_path, setting=Setting(without=frozenset({SPEECH}))) as voice:
        call = voice.stub.GenerateWelcomeAudio(pb.WelcomeRequest(text="Hello."))
        reply = await call.read()
        assert isinstance(reply, pb.WelcomeResponse)
        assert "audio_generation is not running" in reply.error_message
        assert await call.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (pb.UsageRequest(hardware_id="mac", input_tokens=1), "not stored"),
        (pb.UsageRequest(hardware_id="", input_tokens=1), "hardware_id"),
        (pb.UsageRequest(hardware_id="mac", input_tokens=-1), "input_tokens"),
        (pb.UsageRequest(hardware_id="mac", output_tokens=-5), "output_tokens"),
    ],
)
async def test_usage_is_never_acknowledged_without_being_stored(
    tmp_path: Path, report: pb.UsageRequest, reason: str
) -> None:
    """success=false with the reason, as long as there is no ledger."""
    async with grpc_voice(tmp_path) as voice:
        reply = await voice.stub.ReportUsage(report)
        assert not reply.success
        assert reason in reply.message


async def test_health_answers_for_the_server_and_its_services(tmp_path: Path) -> None:
    """SERVING for "", the voice service and health itself; NOT_FOUND for others."""
    async with grpc_voice(tmp_path) as voice:
        health = health_pb2_grpc.HealthStub(voice.channel)
        for service in ("", "streaming.StreamingService", "grpc.health.v1.Health"):
            reply = await health.Check(health_pb2.HealthCheckRequest(service=service))
            assert reply.status == HEALTH.SERVING
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await health.Check(health_pb2.HealthCheckRequest(service="nobody"))
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
        assert 'nexy_rpc_total{outcome="invalid",rpc="Check"} 1.0' in voice.metrics.exposition().decode()
        assert len((await health.List(health_pb2.HealthListRequest())).statuses) == 3


async def test_an_open_watch_does_not_hold_the_stop(tmp_path: Path) -> None:
    """A watcher hears NOT_SERVING and is let go; the stop does not use up its grace."""
    async with grpc_voice(tmp_path) as voice:
        watch = health_pb2_grpc.HealthStub(voice.channel).Watch(health_pb2.HealthCheckRequest())
        assert (await watch.read()).status == HEALTH.SERVING
        async with asyncio.timeout(5):
            await voice.manager.cleanup(grace_seconds=30)
            assert (await watch.read()).status == HEALTH.NOT_SERVING
            assert await watch.read() is grpc.aio.EOF


async def test_a_running_turn_finishes_during_the_stop(tmp_path: Path) -> None:
    """Drained: the running answer is whole, an idle conversation ends, a new call is refused."""
    go = asyncio.Event()
    async with grpc_voice(tmp_path, ["First. ", go, "Second. "]) as voice:
        running = voice.stub.StreamAudio(iter([ask()]))
        first = await running.read()
        assert isinstance(first, pb.StreamResponse)
        idle = voice.stub.StreamAudio()
        await idle.write(ask("", session="1b4e28ba-2fa1-4d11-883f-0016d3cca427", phase=pb.REQUEST_PHASE_COLLECT))
        await idle.read()
        voice.parts.integration.drain()
        stopping = asyncio.ensure_future(voice.manager.cleanup(grace_seconds=20))
        let_go = await ended(idle)
        assert let_go.kinds == ["error_message"]
        assert let_go.status is grpc.StatusCode.UNAVAILABLE
        go.set()
        rest = await ended(running)
        assert rest.status is grpc.StatusCode.OK
        assert first.text_chunk + rest.text == "First. Second. "
        await asyncio.wait_for(stopping, 5)


async def test_reflection_names_the_services(tmp_path: Path) -> None:
    """grpcurl and friends can list what is there."""
    async with grpc_voice(tmp_path) as voice:
        call = reflection_pb2_grpc.ServerReflectionStub(voice.channel).ServerReflectionInfo(
            iter([reflection_pb2.ServerReflectionRequest(list_services="")])
        )
        reply = await call.read()
        names = {service.name for service in reply.list_services_response.service}
        assert {"streaming.StreamingService", "grpc.health.v1.Health"} <= names
        await call.read()


async def test_every_call_is_logged_with_its_decision(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """start and complete for a good call, abort for a refused one, error with its class for a failed one."""
    with caplog.at_level(logging.INFO, "nexy.grpc"):
        async with grpc_voice(tmp_path) as voice:
            await stream(voice, ask("my secret words"))
            await stream(voice, ask(device=""))
            await health_pb2_grpc.HealthStub(voice.channel).Check(health_pb2.HealthCheckRequest())
    seen = [(vars(record)["method"].rpartition("/")[2], vars(record)["decision"]) for record in caplog.records]
    assert seen == [
        ("StreamAudio", "start"),
        ("StreamAudio", "complete"),
        ("StreamAudio", "start"),
        ("StreamAudio", "abort"),
        ("Check", "start"),
        ("Check", "complete"),
    ]
    refused = vars(caplog.records[3])["ctx"]
    assert (refused["error_type"], refused["error_classified"]) == ("validation_failed", "permanent")
    assert "secret" not in caplog.text


async def test_outcomes_are_counted_as_what_they_are(tmp_path: Path) -> None:
    """An answer, a refusal for load, a cancel and an invalid request are four different things."""
    never = asyncio.Event()
    async with grpc_voice(tmp_path, ["First. ", never], Setting(slots=1)) as voice:
        running = voice.stub.StreamAudio(iter([ask()]))
        await running.read()
        await stream(voice, ask(session="1b4e28ba-2fa1-4d11-883f-0016d3cca427"))
        await stream(voice, ask(device=""))
        await voice.stub.InterruptSession(pb.InterruptRequest(hardware_id="mac"))
        await ended(running)
        voice.parts.script.steps = ["Fine. "]
        await stream(voice, ask())
        figures = voice.metrics.exposition().decode()
        for outcome in ("ok", "refused", "invalid", "cancelled"):
            assert f'nexy_rpc_total{{outcome="{outcome}",rpc="StreamAudio"}} 1.0' in figures
        assert "nexy_backpressure_refusals_total 1.0" in figures
        assert voice.metrics.snapshot().error_rate["StreamAudio"] == 0
