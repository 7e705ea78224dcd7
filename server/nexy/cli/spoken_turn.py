"""One turn as a person meets it: words as they come, sound, actions, and how long it took."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import assert_never

from nexy.cli.failures import sentence_of
from nexy.cli.player import Player, player_for_answer
from nexy.cli.players import Players
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
        self._players = Players()
        self._told_silence = False

    async def run(self, prompt: str, session_id: str) -> bool:
        """Present the whole turn; whether it ended well."""
        heard = Heard()
        with _on_interrupt() as presses:
            async with (
                owned_task(self._listen(prompt, session_id, heard)) as listening,
                owned_task(self._interrupt_when(presses, heard)) as interrupting,
            ):
                await asyncio.wait((listening, interrupting), return_when=asyncio.FIRST_COMPLETED)
        if not listening.cancelled():
            listening.result()
        self._sum_up(heard)
        return not heard.failure

    async def _interrupt_when(self, presses: "_Presses", heard: Heard) -> None:
        """End the turn at the first press: what had already arrived is not played on, silence comes at once."""
        await presses.first.wait()
        heard.interrupted = True
        async with owned_task(presses.second.wait()) as again, owned_task(self._door.interrupt()) as asking:
            await asyncio.wait((again, asking), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done() or asking.exception() is not None:
                heard.failure = self._words.text("talk.unconfirmed")

    async def _listen(self, prompt: str, session_id: str, heard: Heard) -> None:
        try:
            async with self._outputs() as (player, wave):
                events = heard.timing.watch(self._door.turn(prompt, session_id=session_id))
                async with aclosing(events):
                    async for event in events:
                        await self._present(event, heard, player, wave)
        except CallFailed as failed:
            if not heard.interrupted:
                heard.failure = sentence_of(failed, self._words)

    @asynccontextmanager
    async def _outputs(self) -> AsyncGenerator[tuple[Player | None, WaveFile | None], None]:
        async with AsyncExitStack() as stack:
            wave = stack.enter_context(WaveFile(self._options.wav)) if self._options.wav else None
            player = player_for_answer(self._players) if self._options.play else None
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

    def _tell_silence_once(self) -> None:
        silent = self._options.play and self._players.raw is None and not self._players.file_player
        if silent and not self._told_silence:
            self._told_silence = True
            failed = ", ".join(self._players.failed)
            self._note("talk.no_sound" if failed else "talk.no_player", players=failed)

    def _say(self, text: str) -> None:
        if not self._options.as_json:
            sys.stdout.write(text)
            sys.stdout.flush()

    def _note(self, key: str, **values: object) -> None:
        if not self._options.as_json:
            self._say("" if key.startswith("talk.timing") else "\n")
            print(self._words.text(key, **values), file=sys.stderr)

    def _sum_up(self, heard: Heard) -> None:
        if self._options.as_json:
            print(json.dumps(_summary(heard, self._options), ensure_ascii=False))
            return
        if heard.interrupted:
            self._note("talk.interrupted")
        if heard.failure:
            self._note("talk.failed", reason=heard.failure)
        self._tell_silence_once()
        self._tell_timing(heard.timing)
        if self._options.wav and heard.timing.sound_seconds:
            print(self._words.text("talk.saved", file=self._options.wav), file=sys.stderr)

    def _tell_timing(self, timing: TurnTiming) -> None:
        """What never came took no time."""
        word, sound = _milliseconds(timing.first_word), _milliseconds(timing.first_sound)
        seconds = round(timing.sound_seconds, 1)
        match word, sound:
            case None, None:
                return
            case _, None:
                self._note("talk.timing_silent", word=word)
            case None, _:
                self._note("talk.timing_wordless", sound=sound, seconds=seconds)
            case _:
                self._note("talk.timing", word=word, sound=sound, seconds=seconds)


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


class _Presses:
    """The first Ctrl-C asks for the end of the answer, the second does not wait for it."""

    def __init__(self) -> None:
        self.first = asyncio.Event()
        self.second = asyncio.Event()

    def came(self) -> None:
        """One more."""
        (self.second if self.first.is_set() else self.first).set()


@contextmanager
def _on_interrupt() -> Iterator[_Presses]:
    """Ctrl-C is counted for as long as the block lasts."""
    presses = _Presses()
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)
    loop.add_signal_handler(signal.SIGINT, presses.came)
    try:
        yield presses
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)
