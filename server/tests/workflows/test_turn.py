"""What a turn knows of itself: only what the transport took is what was sent."""

import asyncio

from nexy.contracts.history import TurnOutcome
from nexy.contracts.turn import ActionEvent, EndEvent, Screenshot, SoundEvent, TextEvent
from nexy.workflows.turn import Turn
from support.virtual_time import run_virtual

SOUND = SoundEvent(data=b"\0\0" * 480, sample_rate=48_000)
ACTION = ActionEvent(command="open_app", args={"app_name": "Safari"}, session_id="s", confirm=False)


def test_what_was_taken_is_what_was_sent() -> None:
    """Words, the time of the first sound, the action and the end are told by the events that left."""

    async def scenario() -> None:
        turn = Turn(hardware_id="mac", session_id="s", prompt="hello")
        assert not turn.anything_sent
        for event in (TextEvent(text="One. "), SOUND, TextEvent(text="Two. "), SOUND, ACTION, EndEvent(text="")):
            turn.took(event)
        kept = turn.finished(TurnOutcome.COMPLETE)
        assert (kept.answer, kept.prompt, kept.outcome) == ("One. Two. ", "hello", TurnOutcome.COMPLETE)
        assert kept.action == {"command": "open_app", "args": {"app_name": "Safari"}, "confirm": False}
        assert kept.first_sound_ms == 0.0
        assert turn.ended
        assert turn.anything_sent

    run_virtual(scenario())


def test_times_are_counted_from_the_admission() -> None:
    """First sound and duration are milliseconds since the turn began."""

    async def scenario() -> None:
        turn = Turn(hardware_id="mac", session_id="s", prompt="hello")
        await asyncio.sleep(0.25)
        turn.took(SOUND)
        await asyncio.sleep(0.75)
        kept = turn.finished(TurnOutcome.TRUNCATED)
        assert kept.first_sound_ms is not None
        assert round(kept.first_sound_ms) == 250
        assert round(kept.duration_ms) == 1000

    run_virtual(scenario())


def test_a_screenshot_is_told_once_and_every_turn_has_an_id_of_its_own() -> None:
    """The second telling of a turn leaves the picture out."""

    async def scenario() -> None:
        picture = Screenshot(data="AAAA")
        turn = Turn(hardware_id="mac", session_id="s", prompt="look", screenshot=picture)
        assert turn.finished(TurnOutcome.COMPLETE).screenshot == picture
        turn.kept = True
        assert turn.finished(TurnOutcome.INTERRUPTED).screenshot is None
        assert Turn(hardware_id="mac", session_id="s").turn_id != turn.turn_id

    run_virtual(scenario())
