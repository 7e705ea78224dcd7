"""StreamAudio on the wire, as `voice.md` fixes it."""

import asyncio
from pathlib import Path

import grpc
import pytest

from nexy.contracts.errors import Unavailable
from nexy_protocol import streaming_pb2 as pb
from support.grpc_voice import OTHER_SESSION, SESSION, ask, ended, grpc_voice, stream
from support.voice_parts import Setting

COLLECT, COMMIT = pb.REQUEST_PHASE_COLLECT, pb.REQUEST_PHASE_COMMIT


async def test_an_answer_has_the_documented_form(tmp_path: Path) -> None:
    """Text, its sound, one end; int16 mono 48 kHz, whole frames, shape [frames, channels], numbered from 1."""
    async with grpc_voice(tmp_path, ["Hello there. And again. "]) as voice:
        answer = await stream(voice, ask())
        assert answer.status is grpc.StatusCode.OK
        assert answer.text == "Hello there. And again. "
        assert answer.kinds[:2] == ["text_chunk", "audio_chunk"]
        assert answer.kinds.count("end_message") == 1
        assert answer.kinds[-1] == "end_message"
        assert [response.sequence for response in answer.responses] == list(range(1, len(answer.responses) + 1))
        for response in answer.responses:
            if response.HasField("audio_chunk"):
                sound = response.audio_chunk
                assert (sound.dtype, sound.sample_rate, sound.channels) == ("int16", 48_000, 1)
                assert list(sound.shape) == [len(sound.audio_data) // 2, 1]
                assert sound.audio_data


@pytest.mark.parametrize(
    ("request_message", "field"),
    [
        (ask(device=""), "hardware_id"),
        (ask(device="   "), "hardware_id"),
        (ask(device="UnKnown"), "hardware_id"),
        (ask(device="x" * 129), "hardware_id"),
        (ask(device="mac\n"), "hardware_id"),
        (ask(session=""), "session_id"),
        (ask(session="not-a-uuid"), "session_id"),
        (ask(session="6f9619ff-8b86-1d11-b42d-00c04fc964ff"), "session_id"),
        (ask(session="{6f9619ff-8b86-4d11-b42d-00c04fc964ff}"), "session_id"),
        (ask(session="+f9619ff-8b86-4d11-b42d-00c04fc964ff"), "session_id"),
        (ask(session=" f9619ff-8b86-4d11-b42d-00c04fc964ff"), "session_id"),
        (ask(session="٦f9619ff-8b86-4d11-b42d-00c04fc964ff"[:36]), "session_id"),
        (ask(session="6f9619ff-8b86-4d11-c42d-00c04fc964ff"), "session_id"),
        (ask(prompt=""), "prompt"),
        (ask(prompt=" \t\n "), "prompt"),
        (ask(prompt="", phase=COMMIT), "prompt"),
        (ask(phase=7), "phase"),  # type: ignore[arg-type]
        (ask(phase=COLLECT, seq=-1), "chunk_seq"),
    ],
)
async def test_a_refusal_names_the_field(tmp_path: Path, request_message: pb.StreamRequest, field: str) -> None:
    """One error_message that names the field, then INVALID_ARGUMENT; nothing else."""
    async with grpc_voice(tmp_path) as voice:
        answer = await stream(voice, request_message)
        assert answer.kinds == ["error_message"]
        assert answer.responses[0].error_message.startswith(f"{field}:")
        assert answer.status is grpc.StatusCode.INVALID_ARGUMENT
        assert answer.trailers["nexy-error-type"] == "validation_failed"
        assert not voice.parts.script.prompts


async def test_several_messages_are_answered_in_order(tmp_path: Path) -> None:
    """COLLECT, COLLECT, COMMIT and a plain message on one stream: four answers, in that order."""
    async with grpc_voice(tmp_path) as voice:
        answer = await stream(
            voice,
            ask("", phase=COLLECT, chunk="open"),
            ask("", phase=COLLECT, chunk="Safari"),
            ask("please", phase=COMMIT),
            ask("and now this"),
        )
        ends = [response.end_message for response in answer.responses if response.HasField("end_message")]
        assert ends == ["COLLECT_ACCEPTED", "COLLECT_ACCEPTED", "TURN_COMPLETE", "TURN_COMPLETE"]
        assert [prompt.prompt for prompt in voice.parts.script.prompts] == ["open Safari please", "and now this"]


async def test_each_message_is_answered_before_the_client_half_closes(tmp_path: Path) -> None:
    """The server never waits for half-close: a conversation works on one open stream."""
    async with grpc_voice(tmp_path) as voice:
        call = voice.stub.StreamAudio()
        for _ in range(2):
            await call.write(ask())
            while True:
                response = await call.read()
                assert isinstance(response, pb.StreamResponse)
                if response.HasField("end_message"):
                    break
        await call.done_writing()
        assert await call.code() is grpc.StatusCode.OK


async def test_a_client_that_declares_one_request_works(tmp_path: Path) -> None:
    """A unary-stream client, as the field has them, hears the whole answer."""
    async with grpc_voice(tmp_path) as voice:
        old = voice.channel.unary_stream(
            "/streaming.StreamingService/StreamAudio",
            request_serializer=pb.StreamRequest.SerializeToString,
            response_deserializer=pb.StreamResponse.FromString,
        )
        kinds = [response.WhichOneof("content") async for response in old(ask())]
        assert kinds[0] == "text_chunk"
        assert kinds[-1] == "end_message"


async def test_a_later_refused_message_ends_the_call_with_its_status(tmp_path: Path) -> None:
    """Before and after data is meant per turn: the first answer is whole, the second is refused by name."""
    async with grpc_voice(tmp_path) as voice:
        answer = await stream(voice, ask(), ask("  "))
        assert answer.kinds.count("end_message") == 1
        assert answer.kinds[-1] == "error_message"
        assert answer.status is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_failure_before_data_is_a_status(tmp_path: Path) -> None:
    """The model is down: one error_message, UNAVAILABLE, and never the prompt."""
    async with grpc_voice(tmp_path, [Unavailable("no provider answers", retry_after_seconds=7)]) as voice:
        answer = await stream(voice, ask("my secret words"))
        assert answer.kinds == ["error_message"]
        assert answer.status is grpc.StatusCode.UNAVAILABLE
        assert answer.trailers["retry-after"] == "7"
        assert "secret" not in answer.responses[0].error_message + answer.details


async def test_a_failure_after_data_is_a_quiet_truthful_end(tmp_path: Path) -> None:
    """What was said stays; no error_message, no end_message; OK with trailers that tell the truth."""
    async with grpc_voice(tmp_path, ["Said before. A", Unavailable("died")]) as voice:
        answer = await stream(voice, ask())
        assert answer.status is grpc.StatusCode.OK
        assert set(answer.kinds) == {"text_chunk", "audio_chunk"}
        assert answer.trailers["nexy-outcome"] == "truncated"
        assert answer.trailers["nexy-error-type"] == "unavailable"


async def test_a_defect_of_ours_is_internal_and_tells_nothing(tmp_path: Path) -> None:
    """An unexpected exception becomes INTERNAL without its text."""
    async with grpc_voice(tmp_path) as voice:

        def broken(request: object) -> object:
            raise ZeroDivisionError("with a secret inside")

        voice.parts.integration.reply = broken  # type: ignore[method-assign, assignment]
        answer = await stream(voice, ask())
        assert answer.status is grpc.StatusCode.INTERNAL
        assert "secret" not in answer.details + answer.responses[0].error_message


async def test_a_duplicate_session_is_refused_and_the_running_one_ends_normally(tmp_path: Path) -> None:
    """RESOURCE_EXHAUSTED with a time to retry for the second; the first answer is whole."""
    go = asyncio.Event()
    async with grpc_voice(tmp_path, ["First. ", go, "Second. "]) as voice:
        running = voice.stub.StreamAudio(iter([ask()]))
        first = await running.read()
        assert isinstance(first, pb.StreamResponse)
        answer = await stream(voice, ask())
        assert answer.status is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert answer.trailers["nexy-error-type"] == "stream_limit_exceeded"
        assert "retry-after" in answer.trailers
        same = await stream(voice, ask(session=SESSION.upper()))
        assert same.status is grpc.StatusCode.RESOURCE_EXHAUSTED
        go.set()
        rest = await ended(running)
        assert rest.status is grpc.StatusCode.OK
        assert first.text_chunk + rest.text == "First. Second. "


async def test_the_stream_after_the_last_slot_is_refused_at_once(tmp_path: Path) -> None:
    """One slot, one running turn: the next session hears RESOURCE_EXHAUSTED while the first goes on."""
    go = asyncio.Event()
    async with grpc_voice(tmp_path, ["First. ", go, "Second. "], Setting(slots=1)) as voice:
        running = voice.stub.StreamAudio(iter([ask()]))
        await running.read()
        answer = await stream(voice, ask(session=OTHER_SESSION))
        assert answer.status is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert answer.trailers["retry-after"] == "60"
        go.set()
        assert (await ended(running)).status is grpc.StatusCode.OK


async def test_an_interrupt_ends_the_stream_as_cancelled(tmp_path: Path) -> None:
    """It names its session and ends without a message; the other device is undisturbed; the next request works."""
    go = asyncio.Event()
    async with grpc_voice(tmp_path, ["First. ", go, "Second. "]) as voice:
        mine = voice.stub.StreamAudio(iter([ask()]))
        other = voice.stub.StreamAudio(iter([ask(session=OTHER_SESSION, device="other")]))
        await mine.read()
        await other.read()
        reply = await voice.stub.InterruptSession(pb.InterruptRequest(hardware_id="mac"))
        cut = await ended(mine)
        assert (reply.success, list(reply.interrupted_sessions)) == (True, [SESSION])
        assert cut.status is grpc.StatusCode.CANCELLED
        assert "end_message" not in cut.kinds
        assert "error_message" not in cut.kinds
        go.set()
        whole = await ended(other)
        assert whole.status is grpc.StatusCode.OK
        assert whole.kinds[-1] == "end_message"
        again = await stream(voice, ask())
        assert again.status is grpc.StatusCode.OK
        assert again.kinds[-1] == "end_message"


async def test_an_interrupt_reaches_a_turn_whose_reader_has_stopped(tmp_path: Path) -> None:
    """A client that does not read cannot hold its slot: the interrupt frees it, and the stream ends as cancelled."""
    answer = [f"Sentence number {number} stands here. " for number in range(200)]
    async with grpc_voice(tmp_path, answer, Setting(slots=1, sentence_seconds=30)) as voice:
        call = voice.stub.StreamAudio(iter([ask()]))
        await call.read()
        for _ in range(2000):
            await asyncio.sleep(0)
        reply = await voice.stub.InterruptSession(pb.InterruptRequest(hardware_id="mac"))
        assert list(reply.interrupted_sessions) == [SESSION]
        while voice.parts.backpressure.turns:
            await asyncio.sleep(0)
        assert voice.parts.script.closed == 1
        again = await stream(voice, ask("next", session=OTHER_SESSION))
        assert again.kinds[0] == "text_chunk"
        assert (await ended(call)).status is grpc.StatusCode.CANCELLED


@pytest.mark.parametrize(("device", "success"), [("mac", True), ("", False), (" ", False), ("unknown", False)])
async def test_an_interrupt_without_a_turn(tmp_path: Path, device: str, success: bool) -> None:
    """Idempotent for a device; success=false with the reason for an unusable id."""
    async with grpc_voice(tmp_path) as voice:
        for _ in range(2):
            reply = await voice.stub.InterruptSession(pb.InterruptRequest(hardware_id=device))
            assert reply.success is success
            assert list(reply.interrupted_sessions) == []
            assert success or reply.message.startswith("hardware_id:")


async def test_a_client_that_leaves_frees_everything(tmp_path: Path) -> None:
    """After a cancelled call the slot is free and the words are closed."""
    never = asyncio.Event()
    async with grpc_voice(tmp_path, ["First. ", never], Setting(slots=1)) as voice:
        call = voice.stub.StreamAudio(iter([ask()]))
        await call.read()
        assert voice.parts.backpressure.turns == 1
        call.cancel()
        while voice.parts.backpressure.turns or voice.parts.backpressure.streams:
            await asyncio.sleep(0)
        assert voice.parts.script.closed == 1


async def test_a_message_above_the_limit_never_reaches_a_turn(tmp_path: Path) -> None:
    """16 MiB is refused before the handler, 10 MiB of screenshot is taken."""
    async with grpc_voice(tmp_path) as voice:
        large = ask()
        large.screenshot = "x" * (17 * 1024 * 1024)
        assert (await stream(voice, large)).status is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert not voice.parts.script.prompts
        large.screenshot = "x" * (10 * 1024 * 1024)
        assert (await stream(voice, large)).status is grpc.StatusCode.OK
        screenshot = voice.parts.script.prompts[0].screenshot
        assert screenshot is not None
        assert len(screenshot.data) == 10 * 1024 * 1024
