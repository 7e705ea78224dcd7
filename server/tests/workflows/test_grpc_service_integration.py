"""Admission, cancellation and shutdown around a turn."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from nexy.contracts.errors import CancelledByUser, NexyError, StreamLimitExceeded, Unavailable, ValidationFailed
from nexy.contracts.switches import KillSwitches
from nexy.contracts.turn import EndEvent, Phase, SoundEvent, TextEvent, VoiceEvent, VoiceRequest
from nexy.utils.supervisor import owned_task
from support.voice_parts import Setting, VoiceParts, voice_parts


def ask(prompt: str = "hello", session: str = "s1", device: str = "mac", phase: Phase = Phase.UNSPECIFIED,
        chunk: str | None = None) -> VoiceRequest:  # fmt: skip
    return VoiceRequest(hardware_id=device, session_id=session, prompt=prompt, phase=phase, chunk_text=chunk)


async def hear(parts: VoiceParts, request: VoiceRequest, heard: list[VoiceEvent] | None = None) -> list[VoiceEvent]:
    """The whole answer; what came before a failure stays in `heard`."""
    taken = [] if heard is None else heard
    async with parts.integration.reply(request) as events:
        async for event in events:
            taken.append(event)
    return taken


def texts(events: Sequence[VoiceEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, TextEvent)]


async def until(condition: object) -> None:
    """Let other tasks run until the condition holds."""
    for _ in range(10_000):
        if condition():  # type: ignore[operator]
            return
        await asyncio.sleep(0)
    pytest.fail("it never came to that")


async def test_a_turn_ends_once_and_leaves_nothing(tmp_path: Path) -> None:
    """Text before its sound, one end, and afterwards slot and session are free."""
    async with voice_parts(tmp_path) as parts:
        events = await hear(parts, ask())
        assert texts(events) == ["Hello there. "]
        assert isinstance(events[1], SoundEvent)
        assert [event for event in events if isinstance(event, EndEvent)] == [events[-1]]
        assert parts.backpressure.turns == 0
        assert parts.script.closed == 1
        await hear(parts, ask())


async def test_collect_is_acknowledged_and_commit_takes_it_all(tmp_path: Path) -> None:
    """Pieces are merged in order, the COMMIT adds its own words, a second COMMIT finds nothing."""
    async with voice_parts(tmp_path) as parts:
        for said, piece in (("", "open"), ("open the door", "")):
            answer = await hear(parts, ask(said, phase=Phase.COLLECT, chunk=piece))
            assert answer == [EndEvent(text="COLLECT_ACCEPTED")]
        await hear(parts, ask("please", phase=Phase.COMMIT))
        assert parts.script.prompts[0].prompt == "open the door please"
        with pytest.raises(ValidationFailed) as caught:
            await hear(parts, ask("", phase=Phase.COMMIT))
        assert caught.value.field == "prompt"


async def test_collect_takes_no_slot(tmp_path: Path) -> None:
    """A full server still collects speech."""
    go = asyncio.Event()
    async with voice_parts(tmp_path, [go, "Done. "], Setting(slots=1)) as parts:
        async with owned_task(hear(parts, ask(session="busy"))) as running:
            await until(lambda: parts.backpressure.turns == 1)
            assert await hear(parts, ask("", session="other", phase=Phase.COLLECT, chunk="hi"))
            go.set()
            await running


async def test_a_second_turn_of_a_session_is_refused_and_the_first_ends_normally(tmp_path: Path) -> None:
    """Single flight: the duplicate hears RESOURCE_EXHAUSTED, the running answer is whole."""
    go = asyncio.Event()
    async with voice_parts(tmp_path, ["First. ", go, "Second. "]) as parts:
        async with owned_task(hear(parts, ask())) as running:
            await until(lambda: parts.backpressure.turns == 1)
            with pytest.raises(StreamLimitExceeded) as caught:
                await hear(parts, ask())
            assert caught.value.field == "session_id"
            go.set()
            assert texts(await running) == ["First. ", "Second. "]


async def test_the_turn_after_the_last_slot_is_refused_and_keeps_its_words(tmp_path: Path) -> None:
    """A refused COMMIT does not empty the speech buffer: the retry says everything."""
    go = asyncio.Event()
    async with voice_parts(tmp_path, [go, "Done. "], Setting(slots=1)) as parts:
        await hear(parts, ask("", session="late", phase=Phase.COLLECT, chunk="my words"))
        async with owned_task(hear(parts, ask())) as running:
            await until(lambda: parts.backpressure.turns == 1)
            with pytest.raises(StreamLimitExceeded):
                await hear(parts, ask("", session="late", phase=Phase.COMMIT))
            go.set()
            await running
        await hear(parts, ask("", session="late", phase=Phase.COMMIT))
        assert parts.script.prompts[-1].prompt == "my words"


async def test_an_interrupt_ends_the_turns_of_its_device_only(tmp_path: Path) -> None:
    """Both turns of one device end as cancelled and are named; the other device hears everything."""
    go = asyncio.Event()
    async with voice_parts(tmp_path, ["First. ", go, "Second. "]) as parts:
        mine = [asyncio.ensure_future(hear(parts, ask(session=name))) for name in ("a", "b")]
        other = asyncio.ensure_future(hear(parts, ask(session="c", device="other")))
        await until(lambda: parts.backpressure.turns == 3)
        assert sorted(await parts.interrupts.interrupt("mac")) == ["a", "b"]
        for turn in mine:
            with pytest.raises(CancelledByUser):
                await turn
        go.set()
        assert texts(await other) == ["First. ", "Second. "]
        assert parts.backpressure.turns == 0
        assert parts.script.closed == 3


async def test_interrupts_at_once_end_every_turn_once(tmp_path: Path) -> None:
    """Four barge-ins of one device in the same moment: each turn ends as cancelled and everything is free."""
    never = asyncio.Event()
    async with voice_parts(tmp_path, ["First. ", never]) as parts:
        turns = [asyncio.ensure_future(hear(parts, ask(session=name))) for name in "abcd"]
        await until(lambda: parts.backpressure.turns == 4)
        named = await asyncio.gather(*[parts.interrupts.interrupt("mac") for _ in range(4)])
        assert all(set(names) <= set("abcd") for names in named)
        assert sorted(named[0]) == list("abcd")
        for ended in await asyncio.gather(*turns, return_exceptions=True):
            assert isinstance(ended, CancelledByUser)
        assert parts.backpressure.turns == 0
        assert parts.script.closed == 4


async def test_a_client_that_leaves_during_an_interrupt_changes_nothing(tmp_path: Path) -> None:
    """The call's own cancellation on top of a barge-in still ends as cancelled, with everything free."""
    never = asyncio.Event()
    async with voice_parts(tmp_path, ["First. ", never]) as parts:
        turn = asyncio.ensure_future(hear(parts, ask()))
        await until(lambda: parts.backpressure.turns == 1)
        await parts.interrupts.interrupt("mac")
        await asyncio.sleep(0)
        turn.cancel()
        with pytest.raises((CancelledByUser, asyncio.CancelledError)):
            await turn
        assert parts.backpressure.turns == 0
        assert parts.script.closed == 1


async def test_an_interrupt_with_nothing_running_is_a_success_and_touches_no_later_turn(tmp_path: Path) -> None:
    """Idempotent: an empty list; the next turn of the device is whole."""
    async with voice_parts(tmp_path) as parts:
        assert await parts.interrupts.interrupt("mac") == []
        assert await parts.interrupts.interrupt("mac") == []
        assert texts(await hear(parts, ask())) == ["Hello there. "]


async def test_the_next_turn_after_an_interrupt_works_at_once(tmp_path: Path) -> None:
    """The same session may speak again as soon as its interrupted turn has ended."""
    never = asyncio.Event()
    async with voice_parts(tmp_path, ["First. ", never]) as parts:
        turn = asyncio.ensure_future(hear(parts, ask()))
        await until(lambda: parts.backpressure.turns == 1)
        await parts.interrupts.interrupt("mac")
        with pytest.raises(CancelledByUser):
            await turn
        parts.script.steps = ["Here I am. "]
        assert texts(await hear(parts, ask())) == ["Here I am. "]


async def test_a_client_that_leaves_is_a_cancellation_and_not_an_interrupt(tmp_path: Path) -> None:
    """Cancelling the call's own task frees everything and stays a cancellation."""
    never = asyncio.Event()
    async with voice_parts(tmp_path, ["First. ", never]) as parts:
        turn = asyncio.ensure_future(hear(parts, ask()))
        await until(lambda: parts.backpressure.turns == 1)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        assert parts.backpressure.turns == 0
        assert parts.script.closed == 1


async def test_a_failure_before_and_after_data_leaves_nothing(tmp_path: Path) -> None:
    """The model's failure reaches the caller as it is, with what was said before it."""
    async with voice_parts(tmp_path, [Unavailable("down")]) as parts:
        heard: list[VoiceEvent] = []
        with pytest.raises(Unavailable, match="down"):
            await hear(parts, ask(), heard)
        assert heard == []
        parts.script.steps = ["Said. ", "And ", Unavailable("died")]
        with pytest.raises(Unavailable, match="died"):
            await hear(parts, ask(), heard)
        assert texts(heard)[0] == "Said. "
        assert not any(isinstance(event, EndEvent) for event in heard)
        assert parts.backpressure.turns == 0


@pytest.mark.parametrize("steps", [[], [""], ["  \n "]])
async def test_an_empty_answer_is_a_failure(tmp_path: Path, steps: list[str]) -> None:
    """A model that says nothing is never an empty success."""
    async with voice_parts(tmp_path, steps) as parts:
        with pytest.raises(NexyError):
            await hear(parts, ask())


async def test_the_kill_switch_refuses_new_work(tmp_path: Path) -> None:
    """disable_module_coordinator: new turns and new streams are UNAVAILABLE."""
    setting = Setting(kill_switches=KillSwitches(disable_module_coordinator=True))
    async with voice_parts(tmp_path, setting=setting) as parts:
        with pytest.raises(Unavailable, match="disable_module_coordinator"):
            await hear(parts, ask())
        with pytest.raises(Unavailable):
            async with parts.integration.stream():
                pytest.fail("the stream was let in")


async def test_a_drain_lets_the_turn_finish_and_ends_waiting_calls(tmp_path: Path) -> None:
    """New work is refused, the running answer is whole, a call that waits for its client ends."""
    go, waiting = asyncio.Event(), asyncio.Event()
    async with voice_parts(tmp_path, ["First. ", go, "Second. "]) as parts:

        async def wait_for_the_client() -> None:
            async with parts.integration.waiting_for_the_client():
                waiting.set()
                await asyncio.Event().wait()

        running = asyncio.ensure_future(hear(parts, ask()))
        idle = asyncio.ensure_future(wait_for_the_client())
        await waiting.wait()
        await until(lambda: parts.backpressure.turns == 1)
        parts.integration.drain()
        with pytest.raises(Unavailable, match="shutting down"):
            await idle
        with pytest.raises(Unavailable, match="shutting down"):
            await hear(parts, ask(session="new"))
        go.set()
        assert texts(await running) == ["First. ", "Second. "]
