"""Who may use a device's name over gRPC, with a real database behind the directory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import grpc
import pytest

from nexy.contracts.capabilities import ACCESS, MEMORY, USAGE
from nexy.contracts.database import SERVICE
from nexy.contracts.devices import RevokeDevice
from nexy.modules.database.module import DatabaseModule
from nexy.utils.device_identity import hardware_hash
from nexy_client import CallFailed, VoiceClient
from nexy_protocol import streaming_pb2 as pb
from support.devices import DeviceAccess, person
from support.grpc_voice import SESSION, GrpcVoice, ask, ended, grpc_voice, stream
from support.kept import Keeper
from support.memory import ToldMemory
from support.voice_parts import Setting, Step

pytestmark = pytest.mark.slow
REFUSED = {"nexy-error-type": "unauthenticated", "nexy-error-code": "device_token"}


def shown(token: str) -> Sequence[tuple[str, str]]:
    return (("authorization", f"Bearer {token}"),)


@asynccontextmanager
async def paired_mac(
    database: DatabaseModule, home: Path, rule: str = "optional", steps: Sequence[Step] = ("Hello there. ",)
) -> AsyncIterator[tuple[GrpcVoice, DeviceAccess, str]]:
    """A server, what it knows of devices, and the token of the paired "mac"; memory and ledger tell what they saw."""
    await person(database)
    access = DeviceAccess(database, home, rule)
    await access.directory.look()
    token = (await access.pair("mac")).token
    parts = {ACCESS: access, MEMORY: ToldMemory(), USAGE: Keeper()}
    async with grpc_voice(home, steps, Setting(extra=parts), rule) as voice:
        yield voice, access, token


@pytest.mark.parametrize("rule", ["optional", "required"])
@pytest.mark.parametrize("token", ["", "nexy_device_guessed", "x" * 4000])
async def test_a_stolen_id_opens_nothing(database: DatabaseModule, tmp_path: Path, rule: str, token: str) -> None:
    """Words, barge-in and bills are refused before memory, history, budget or a model has been asked for anything."""
    async with paired_mac(database, tmp_path, rule) as (voice, _, _):
        metadata = shown(token) if token else ()
        answer = await stream(voice, ask(device="mac"), metadata=metadata)
        assert (answer.status, answer.text) == (grpc.StatusCode.UNAUTHENTICATED, "")
        assert answer.trailers.items() >= REFUSED.items()
        for call in (
            voice.stub.InterruptSession(pb.InterruptRequest(hardware_id="mac"), metadata=metadata),
            voice.stub.ReportUsage(pb.UsageRequest(hardware_id="mac", source="main_llm", model="m"), metadata=metadata),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call
            assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
            assert dict(refused.value.trailing_metadata() or ()).items() >= REFUSED.items()
        coordinator = voice.parts.coordinator
        assert coordinator.get(str(USAGE)).asked == []
        assert coordinator.get(str(MEMORY)).asked == []
        assert voice.parts.script.prompts == []
        assert voice.parts.backpressure.turns == 0


async def test_a_stolen_id_does_not_interrupt_its_owner(database: DatabaseModule, tmp_path: Path) -> None:
    """Her turn goes on; with the token it ends."""
    never = asyncio.Event()
    async with paired_mac(database, tmp_path, steps=["First. ", never]) as (voice, _, token):
        running = voice.stub.StreamAudio(iter([ask(device="mac")]), metadata=shown(token))
        await running.read()
        with pytest.raises(grpc.aio.AioRpcError):
            await voice.stub.InterruptSession(pb.InterruptRequest(hardware_id="mac"))
        assert voice.parts.backpressure.turns == 1
        reply = await voice.stub.InterruptSession(pb.InterruptRequest(hardware_id="mac"), metadata=shown(token))
        assert (reply.success, list(reply.interrupted_sessions)) == (True, [SESSION])
        assert (await ended(running)).status is grpc.StatusCode.CANCELLED


async def test_the_client_shows_its_token_with_every_call(database: DatabaseModule, tmp_path: Path) -> None:
    """`VoiceClient(token=…)` is let in where the same client without it is refused."""
    async with paired_mac(database, tmp_path) as (voice, _, token):
        async with VoiceClient(voice.manager.address, hardware_id="mac", token=token) as client:
            assert [event async for event in client.turn("hello")]
            assert (await client.interrupt()).success
            assert (await client.report_usage(source="main_llm", input_tokens=1, output_tokens=1, model="m")).success
        async with VoiceClient(voice.manager.address, hardware_id="mac") as thief:
            with pytest.raises(CallFailed) as refused:
                [event async for event in thief.turn("hello")]
            assert refused.value.status == "UNAUTHENTICATED"


async def test_unpaired_devices_follow_the_rule(database: DatabaseModule, tmp_path: Path) -> None:
    """Optional: they speak. Required: they are told what to do. Off: even a paired one needs no token."""
    statuses = {}
    async with paired_mac(database, tmp_path, "optional") as (voice, access, _):
        statuses["optional"] = (await stream(voice, ask(device="new"))).status
        for rule in ("required", "off"):
            async with grpc_voice(
                tmp_path, setting=Setting(extra={ACCESS: await known(database, tmp_path, rule)}), devices=rule
            ) as other:
                answer = await stream(other, ask(device="new"))
                statuses[rule] = answer.status
                if rule == "required":
                    assert "nexy devices pair" in answer.details
                else:
                    assert (await stream(other, ask(device="mac"))).status is grpc.StatusCode.OK
    assert {rule: status.name for rule, status in statuses.items()} == {
        "optional": "OK", "required": "PERMISSION_DENIED", "off": "OK",
    }  # fmt: skip
    assert access is not None


async def test_a_greeting_needs_a_paired_devices_token_where_pairing_is_required(
    database: DatabaseModule, tmp_path: Path
) -> None:
    """Whose it is makes no difference; a stranger costs the voice nothing."""
    async with paired_mac(database, tmp_path, "required") as (voice, _, token):
        greeted = {}
        for name, metadata in (("stranger", ()), ("guess", shown("nexy_device_guessed")), ("paired", shown(token))):
            call = voice.stub.GenerateWelcomeAudio(pb.WelcomeRequest(text="Hi."), metadata=metadata)
            with suppress(grpc.aio.AioRpcError):
                assert [reply async for reply in call]
            greeted[name] = (await call.code()).name
        assert greeted == {"stranger": "UNAUTHENTICATED", "guess": "UNAUTHENTICATED", "paired": "OK"}


async def known(database: DatabaseModule, home: Path, rule: str) -> DeviceAccess:
    access = DeviceAccess(database, home, rule)
    await access.directory.look()
    return access


async def test_a_revoked_device_is_refused_while_its_running_turn_ends_well(
    database: DatabaseModule, tmp_path: Path
) -> None:
    """The next message of the same stream is refused; what was being said is said to its end."""
    go = asyncio.Event()
    async with paired_mac(database, tmp_path, steps=["First. ", go, "Last."]) as (voice, access, token):
        call = voice.stub.StreamAudio(metadata=shown(token))
        await call.write(ask(device="mac"))
        await call.read()
        await access.process(RevokeDevice(hardware_hash=hardware_hash("mac")))
        go.set()
        kinds = []
        while "end_message" not in kinds:
            response = await call.read()
            assert isinstance(response, pb.StreamResponse)
            kinds.append(str(response.WhichOneof("content")))
        await call.write(ask(device="mac"))
        refused = await ended(call)
        assert refused.status is grpc.StatusCode.PERMISSION_DENIED
        assert refused.trailers["nexy-error-code"] == "device_revoked"


async def test_a_locked_database_changes_nothing(database: DatabaseModule, tmp_path: Path) -> None:
    """Nobody is let in or kept out any slower: turns ask memory, and the last look stands."""
    async with paired_mac(database, tmp_path) as (voice, _, token), database.transaction(SERVICE) as transaction:
        await transaction.execute("LOCK TABLE devices, auth_identities IN ACCESS EXCLUSIVE MODE")
        assert (await stream(voice, ask(device="mac"), metadata=shown(token))).status is grpc.StatusCode.OK
        assert (await stream(voice, ask(device="mac"))).status is grpc.StatusCode.UNAUTHENTICATED
        assert (await stream(voice, ask(device="new"))).status is grpc.StatusCode.OK


@pytest.mark.parametrize("name", ["user:11111111-1111-4111-8111-111111111111", "key:1", "address:192.0.2.7"])
async def test_no_device_passes_for_a_payer_of_another_door(tmp_path: Path, name: str) -> None:
    """Their names are hashed like devices' ids: a device with such a name would find a person's memory."""
    async with grpc_voice(tmp_path, devices="off") as voice:
        assert (await stream(voice, ask(device=name))).status is grpc.StatusCode.INVALID_ARGUMENT
