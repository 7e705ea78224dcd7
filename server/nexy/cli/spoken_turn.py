"""One turn as a person meets it: words as they come, sound, actions, and how long it took."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import assert_never

from nexy.cli.player import Player, find_player
from nexy.cli.voice_door import VoiceDoor
from nexy.messages.catalogue import Catalogue
from nexy.utils.supervisor import owned_task
from nexy_client import Action, CallFailed, ClientEvent, End, Sound, Text, TurnTiming, WaveFile


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkOptions:
    """How the answer is presented; `as_json` prints one object at the end instead of words as they come."""

    wav: str = ""
    play: bool = True
    as_json: bool = False


@dataclass(slots=True)
class Heard:
    """What has arrived so far."""

    timing: TurnTiming = field(default_factory=TurnTiming)
    texts: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    failure: str = ""
    interrupted: bool = False


class SpokenTurn:
    """Asks, presents, and lets Ctrl-C interrupt."""

    def __init__(self, door: VoiceDoor, options: TalkOptions, words: Catalogue) -> None:
        self._door = door
        self._options = options
        self._words = words

    async def run(self, prompt: str, session_id: str) -> bool:
        """Present the whole turn; whether it ended well."""
        heard = Heard()
        with _on_interrupt() as pressed:
            async with owned_task(self._interrupt_when(pressed, heard)):
                await self._listen(prompt, session_id, heard)
        self._sum_up(heard)
        return not heard.failure

    async def _interrupt_when(self, pressed: asyncio.Event, heard: Heard) -> None:
        await pressed.wait()
        heard.interrupted = True
        await self._door.interrupt()

    async def _listen(self, prompt: str, session_id: str, heard: Heard) -> None:
        try:
            async with self._outputs() as (player, wave):
                events = heard.timing.watch(self._door.turn(prompt, session_id=session_id))
                async with aclosing(events):
                    async for event in events:
                        await self._present(event, heard, player, wave)
        except CallFailed as failed:
            heard.failure = "" if heard.interrupted else failed.error_message or str(failed)
        except asyncio.CancelledError:
            # In this very process an interrupt cancels the task that listens.
            task = asyncio.current_task()
            if not heard.interrupted or (task is not None and task.uncancel()):
                raise

    @asynccontextmanager
    async def _outputs(self) -> AsyncGenerator[tuple[Player | None, WaveFile | None], None]:
        async with AsyncExitStack() as stack:
            wave = stack.enter_context(WaveFile(self._options.wav)) if self._options.wav else None
            player = find_player() if self._options.play else None
            if player is not None:
                await stack.enter_async_context(player)
            yield player, wave

    async def _present(self, event: ClientEvent, heard: Heard, player: Player | None, wave: WaveFile | None) -> None:
        match event:
            case Text():
                heard.texts.append(event.text)
                self._say(event.text)
            case Sound():
                if wave is not None:
                    wave.write(event)
                if player is not None:
                    await player.play(event)
            case Action():
                heard.actions.append(event)
                self._note("talk.action", command=event.command, args=json.dumps(event.args, ensure_ascii=False))
            case End():
                self._say("\n")
            case _:
                assert_never(event)

    def _say(self, text: str) -> None:
        if not self._options.as_json:
            sys.stdout.write(text)
            sys.stdout.flush()

    def _note(self, key: str, **values: object) -> None:
        if not self._options.as_json:
            self._say("" if key == "talk.timing" else "\n")
            print(self._words.text(key, **values), file=sys.stderr)

    def _sum_up(self, heard: Heard) -> None:
        if self._options.as_json:
            print(json.dumps(_summary(heard, self._options), ensure_ascii=False))
            return
        if heard.interrupted:
            self._note("talk.interrupted")
        if heard.failure:
            self._note("talk.failed", reason=heard.failure)
        timing = heard.timing
        self._note(
            "talk.timing",
            word=_milliseconds(timing.first_word),
            sound=_milliseconds(timing.first_sound),
            seconds=round(timing.sound_seconds, 1),
        )
        if self._options.wav and timing.sound_seconds:
            print(self._words.text("talk.saved", file=self._options.wav), file=sys.stderr)


def _summary(heard: Heard, options: TalkOptions) -> dict[str, object]:
    return {
        "text": "".join(heard.texts),
        "text_chunks": heard.texts,
        "actions": [{"command": action.command, "args": dict(action.args)} for action in heard.actions],
        "first_word_ms": _milliseconds(heard.timing.first_word),
        "first_sound_ms": _milliseconds(heard.timing.first_sound),
        "sound_seconds": round(heard.timing.sound_seconds, 3),
        "wav": options.wav or None,
        "interrupted": heard.interrupted,
        "error": heard.failure or None,
    }


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


@contextmanager
def _on_interrupt() -> Iterator[asyncio.Event]:
    """Ctrl-C sets the event for as long as the block lasts."""
    pressed = asyncio.Event()
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)
    loop.add_signal_handler(signal.SIGINT, pressed.set)
    try:
        yield pressed
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)
