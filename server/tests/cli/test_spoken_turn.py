"""One turn as a person meets it, against doors that do as they like."""

import asyncio
import json
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from nexy.cli.spoken_turn import SpokenTurn, TalkOptions
from nexy.messages.catalogue import Catalogue
from nexy_client import CallFailed, ClientEvent, End, Interrupted, Sound, Text

ENGLISH = Catalogue("en")
NEVER = "never"
PRESS = "press"
PIECE = Sound(data=bytes(9600), sample_rate=48_000, channels=1, shape=(4800, 1))


def press() -> None:
    signal.raise_signal(signal.SIGINT)


class ScriptedDoor:
    """Answers step by step; a step may be a Ctrl-C of the person, or a wait that never ends."""

    def __init__(
        self, steps: Sequence[ClientEvent | str | CallFailed], interrupt: Callable[[], Awaitable[Interrupted]]
    ) -> None:
        self._steps = steps
        self._interrupt = interrupt
        self._asked = asyncio.Event()
        self.closed = False

    async def turn(self, prompt: str, *, session_id: str | None = None) -> AsyncGenerator[ClientEvent, None]:
        """The events of the answer."""
        try:
            for step in self._steps:
                if isinstance(step, CallFailed):
                    raise step
                if isinstance(step, str):
                    await (asyncio.Event().wait() if step == NEVER else self._pressed())
                else:
                    yield step
        finally:
            self.closed = True

    async def interrupt(self) -> Interrupted:
        """What the test says."""
        self._asked.set()
        return await self._interrupt()

    async def _pressed(self) -> None:
        press()
        await self._asked.wait()


async def agreed() -> Interrupted:
    return Interrupted(success=True, sessions=("s",), message="")


async def nothing_to_end() -> Interrupted:
    return Interrupted(success=False, sessions=(), message="no turn runs")


async def hung() -> Interrupted:
    """The person presses again, since nothing comes back."""
    press()
    await asyncio.Event().wait()
    raise AssertionError


async def agreed_and_hung() -> Interrupted:
    press()
    return await agreed()


async def refused() -> Interrupted:
    raise CallFailed(status="UNAVAILABLE", details="gone")


async def turned(door: ScriptedDoor, *, play: bool = False, as_json: bool = True, language: str = "en") -> bool:
    """Run one turn; it must end by itself."""
    options = TalkOptions(play=play, as_json=as_json)
    async with asyncio.timeout(10):
        return await SpokenTurn(door, options, Catalogue(language)).run("hello", "session")


@pytest.mark.parametrize("interrupt", [hung, refused])
async def test_a_server_that_does_not_confirm_cannot_hold_the_person(
    interrupt: Callable[[], Awaitable[Interrupted]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A second Ctrl-C, or an interrupt that fails, ends the listening; the result says that nothing was confirmed."""
    door = ScriptedDoor([Text(text="One. "), PRESS, NEVER], interrupt)
    assert not await turned(door)
    told = json.loads(capsys.readouterr().out)
    assert (told["text"], told["interrupted"]) == ("One. ", True)
    assert told["error"] == ENGLISH.text("talk.unconfirmed")
    assert door.closed


@pytest.mark.parametrize("interrupt", [agreed_and_hung, nothing_to_end])
async def test_an_answered_interrupt_ends_the_turn_well(
    interrupt: Callable[[], Awaitable[Interrupted]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The server agreed, or had nothing to end: whatever the stream does then, the person has stopped it."""
    door = ScriptedDoor([Text(text="One. "), PRESS, NEVER], interrupt)
    assert await turned(door)
    told = json.loads(capsys.readouterr().out)
    assert (told["interrupted"], told["error"], door.closed) == (True, None, True)


async def test_the_end_of_the_stream_after_an_interrupt_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """CANCELLED is what was asked for."""
    door = ScriptedDoor([Text(text="One. "), PRESS, CallFailed(status="CANCELLED")], agreed)
    assert await turned(door)
    assert json.loads(capsys.readouterr().out)["error"] is None


async def test_ctrl_c_is_given_back_after_the_turn() -> None:
    """Between turns it ends the command as everywhere."""
    before = signal.getsignal(signal.SIGINT)
    await turned(ScriptedDoor([Text(text="One. "), End(text="")], agreed))
    assert signal.getsignal(signal.SIGINT) is before


async def test_a_failure_is_told_in_russian(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence for its kind, and the server's English behind it."""
    failed = CallFailed(status="UNAVAILABLE", error_message="No language model answered.", error_type="unavailable")
    assert not await turned(ScriptedDoor([failed], agreed), as_json=False, language="ru")
    told = capsys.readouterr().err
    assert f"не получилось: {Catalogue('ru').text('failure.unavailable')} (No language model answered.)" in told


@pytest.mark.parametrize(
    ("steps", "said", "unsaid"),
    [
        ([CallFailed(status="UNAVAILABLE")], "it did not work", "first"),
        ([Text(text="One."), End(text="")], "no sound", "first sound"),
        ([PIECE, End(text="")], "first sound", "first word"),
        ([Text(text="One."), PIECE, End(text="")], "first sound", "no sound"),
    ],
)
async def test_what_never_came_took_no_time(
    steps: Sequence[ClientEvent | CallFailed], said: str, unsaid: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refusal, an answer without sound, a sound without words: only what there was is timed."""
    await turned(ScriptedDoor(steps, agreed), as_json=False)
    told = capsys.readouterr().err
    assert said in told
    assert unsaid not in told
    assert "None" not in told


async def test_that_no_player_works_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The words come all the same; a conversation does not repeat the complaint."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "aplay").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "aplay").chmod(0o755)
    door = ScriptedDoor([Text(text="One. "), PIECE, End(text="")], agreed)
    turn = SpokenTurn(door, TalkOptions(), ENGLISH)
    async with asyncio.timeout(20):
        assert await turn.run("hello", "session")
        assert await turn.run("hello", "session")
    told = capsys.readouterr()
    assert told.err.count(ENGLISH.text("talk.no_sound", players="aplay")) == 1
    assert told.out.count("One.") == 2
