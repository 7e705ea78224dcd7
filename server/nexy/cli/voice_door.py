"""Where `nexy talk` speaks to: a server, or the application in this very process."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, assert_never

from nexy.cli.device_token import own_server, token_for
from nexy.cli.surroundings import Surroundings
from nexy.contracts.errors import NexyError
from nexy.contracts.turn import ActionEvent, EndEvent, SoundEvent, TextEvent, VoiceEvent, VoiceRequest
from nexy_client import Action, CallFailed, ClientEvent, End, Interrupted, Sound, Text, Tls, VoiceClient

if TYPE_CHECKING:
    from nexy.application import Application


class VoiceDoor(Protocol):
    """One device's way to an answer."""

    def turn(self, prompt: str, *, session_id: str | None = None) -> AsyncGenerator[ClientEvent, None]:
        """The events of the answer; raises `CallFailed`."""
        ...

    async def interrupt(self) -> Interrupted:
        """End what is being said."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedServer:
    """Which server she named (empty: none), whether over TLS, and where the token for it lies."""

    address: str = ""
    tls: bool = False
    token_file: Path | None = None


@asynccontextmanager
async def open_door(
    surroundings: Surroundings, wanted: WantedServer, hardware_id: str
) -> AsyncGenerator[VoiceDoor, None]:
    """The named server, else the one on this NEXY_HOME, else the application composed here without listeners."""
    address = wanted.address or own_server(surroundings)
    if address:
        async with VoiceClient(
            address,
            hardware_id=hardware_id,
            token=token_for(address, surroundings, wanted.token_file, tls=wanted.tls),
            tls=Tls() if wanted.tls else None,
            actions_as_messages=True,
        ) as client:
            await client.ready()
            yield client
        return
    from nexy.application import Application

    application = Application(surroundings.config, surroundings.language)
    try:
        await application.compose()
        yield LocalDoor(application, hardware_id)
    finally:
        await application.stop()


class LocalDoor:
    """The same story without a network: admission, turn and interrupt of this process."""

    def __init__(self, application: "Application", hardware_id: str) -> None:
        self._application = application
        self._hardware_id = hardware_id

    async def turn(self, prompt: str, *, session_id: str | None = None) -> AsyncGenerator[ClientEvent, None]:
        """The events of the answer."""
        request = VoiceRequest(hardware_id=self._hardware_id, session_id=session_id or "local", prompt=prompt)
        try:
            async with self._application.voice.stream(), self._application.voice.reply(request) as events:
                async for event in events:
                    yield _as_client_event(event)
        except NexyError as refused:
            raise CallFailed(
                status=refused.taxonomy.grpc_status,
                error_message=refused.message,
                error_type=refused.error_type.value,
                error_code=refused.code,
                retry_after_seconds=refused.retry_after_seconds,
            ) from refused

    async def interrupt(self) -> Interrupted:
        """Cancel the turn of this device."""
        sessions = await self._application.interrupts.interrupt(self._hardware_id)
        return Interrupted(success=True, sessions=tuple(sessions), message="")


def _as_client_event(event: VoiceEvent) -> ClientEvent:
    match event:
        case TextEvent():
            return Text(text=event.text)
        case SoundEvent():
            shape = (event.frames, event.channels)
            return Sound(data=event.data, sample_rate=event.sample_rate, channels=event.channels, shape=shape)
        case ActionEvent():
            args = json.loads(json.dumps(dict(event.args)))
            return Action(command=event.command, args=args, session_id=event.session_id, confirm=event.confirm)
        case EndEvent():
            return End(text=event.text)
        case _:
            assert_never(event)
