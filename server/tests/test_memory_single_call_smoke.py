"""Memory is asked exactly once per turn, by the workflow and nobody else (documented name)."""

import ast
import inspect
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from nexy.contracts.capabilities import MEMORY
from nexy.contracts.memory import LearnFromTurn, MemoryContext, MemoryReach, Recall
from nexy.contracts.turn import EndEvent, TextEvent, VoiceEvent, VoiceRequest
from nexy.workflows import grpc_service_integration
from nexy.workflows.turn import Turn
from support.memory import ToldMemory
from support.voice_parts import Setting, VoiceParts, voice_parts

SESSION = "6f9619ff-8b86-4d11-b42d-00c04fc964ff"


@asynccontextmanager
async def counted(
    home: Path, monkeypatch: pytest.MonkeyPatch, module: ToldMemory
) -> AsyncIterator[tuple[VoiceParts, list[str]]]:
    """The real parts with a memory that tells, and the device of every call of the documented method."""
    async with voice_parts(home, setting=Setting(extra={MEMORY: module})) as parts:
        calls: list[str] = []
        really = parts.memory.get_memory_context_parallel

        async def noted(hardware_id: str) -> MemoryContext:
            calls.append(hardware_id)
            return await really(hardware_id)

        monkeypatch.setattr(parts.memory, "get_memory_context_parallel", noted)
        yield parts, calls


async def answered(parts: VoiceParts, prompt: str = "hello", device: str = "a-mac") -> list[VoiceEvent]:
    request = VoiceRequest(hardware_id=device, session_id=SESSION, prompt=prompt)
    async with parts.integration.stream(), parts.integration.reply(request) as events:
        return [event async for event in events]


class TestMemorySingleCallSmoke:
    """The three documented checks."""

    async def test_memory_called_once_in_streaming_workflow(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """StreamingWorkflowIntegration asks once, for the device of the turn, and the words get what it learnt."""
        async with counted(tmp_path, monkeypatch, ToldMemory()) as (parts, calls):
            turn = Turn(hardware_id="a-mac", session_id=SESSION, prompt="hello")
            async with aclosing(parts.streaming.answer(turn)) as events:
                told = [event async for event in events]
            assert isinstance(told[-1], EndEvent)
            assert calls == ["a-mac"]
            assert [request.memory for request in parts.script.prompts] == ["- Likes tea"]

    async def test_memory_not_called_in_grpc_service(self) -> None:
        """GrpcServiceIntegration has no part in memory: it neither names the method nor the module's requests."""
        tree = ast.parse(inspect.getsource(grpc_service_integration))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        assert "answer" in names
        assert not names & {"get_memory_context_parallel", "MEMORY", "Recall", "MemoryWorkflowIntegration"}

    async def test_no_duplicate_memory_calls_in_full_flow(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """From admission to the end each turn asks once; with the memory at hand the database is asked once in all."""
        module = ToldMemory(LearnFromTurn=0)
        async with counted(tmp_path, monkeypatch, module) as (parts, calls):
            for device in ("a-mac", "another", "a-mac"):
                assert isinstance((await answered(parts, device=device))[-1], EndEvent)
            assert calls == ["a-mac", "another", "a-mac"]
            assert len(parts.script.prompts) == 3
            await parts.memory.cleanup()
        learnt = [request for request in module.asked if isinstance(request, LearnFromTurn)]
        assert sorted(turn.hardware_id for turn in learnt) == ["a-mac", "a-mac", "another"]
        assert all(turn.answer == "Hello there. " for turn in learnt)
        assert module.count(Recall) <= 3 + len(learnt)


@pytest.mark.parametrize("prompts", [
    ("hello",),
    ("Remember that my daughter's name is Anna", "What is my daughter's name?", "What do you remember about me?"),
    ("Запомни, что я люблю чай", "Забудь, что я люблю чай", "Что ты обо мне помнишь?"),
    ("Forget that I like tea", "Forget that I like coffee"),
    ("Forget everything", "yes", "Forget everything", "no", "Forget everything", "What time is it?"),
    ("Remember that my PIN is 1234", "Forget it", "Open Safari", "..."),
], ids=lambda prompts: prompts[0])  # fmt: skip
async def test_every_kind_of_turn_asks_exactly_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompts: tuple[str, ...]
) -> None:
    """Remembering, recalling, forgetting, agreeing to it: neither none nor two, one per turn."""
    async with counted(tmp_path, monkeypatch, ToldMemory()) as (parts, calls):
        for number, prompt in enumerate(prompts, start=1):
            assert isinstance((await answered(parts, prompt))[-1], EndEvent)
            assert calls == ["a-mac"] * number


async def test_a_server_without_memory_asks_once_too(tmp_path: Path) -> None:
    """The one answer is that there is none, and the words are told so."""
    async with voice_parts(tmp_path) as parts:
        await answered(parts, "Remember that I like tea")
        assert [request.memory_reach for request in parts.script.prompts] == [MemoryReach.OFF]


async def test_nothing_is_learnt_from_talk_about_the_memory_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was just forgotten does not come back with the order to forget it, nor does the yes stay as talk."""
    module = ToldMemory()
    async with counted(tmp_path, monkeypatch, module) as (parts, _):
        for prompt in ("Forget that I like tea", "Forget everything", "yes", "hello"):
            await answered(parts, prompt)
        await parts.memory.cleanup()
    assert [turn.prompt for turn in module.asked if isinstance(turn, LearnFromTurn)] == ["hello"]


@pytest.mark.parametrize(("prompt", "said"), [
    ("Forget everything you know about me", "Shall I forget everything that I remember about you? It cannot be brought "
     "back. Say yes, and I forget it; say no, and I keep it."),
    ("Забудь, что я люблю чай", "Готово. Я забыла: Likes tea."),
])  # fmt: skip
async def test_an_order_to_forget_is_answered_by_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompt: str, said: str
) -> None:
    """Spoken like any answer, but no model is asked: whether something is forgotten does not depend on one."""
    async with counted(tmp_path, monkeypatch, ToldMemory()) as (parts, _):
        events = await answered(parts, prompt)
        assert "".join(event.text for event in events[:-1] if isinstance(event, TextEvent)).strip() == said
        assert any(type(event).__name__ == "SoundEvent" for event in events)
        assert isinstance(events[-1], EndEvent)
        assert parts.script.prompts == []
