"""Coordinator, manager, adapters, flags and imports together (documented name and groups)."""

import ast
from pathlib import Path

import grpc
import pytest

import nexy
from nexy.contracts.errors import StartFailed, Unavailable
from nexy.contracts.module import ModuleState
from nexy.contracts.switches import FeaturesConfig, KillSwitches, SwitchBoard
from nexy.core.module_coordinator import ModuleCoordinator
from support.grpc_voice import ask, grpc_voice, stream
from support.modules import Echo, EchoModule
from support.voice_parts import Setting

SOURCE = Path(nexy.__file__).parent


async def started(*names: str) -> ModuleCoordinator:
    coordinator = ModuleCoordinator()
    for name in names:
        coordinator.register(name, EchoModule(name))
    await coordinator.initialize(lambda _: None)
    return coordinator


class TestModuleCoordinatorIntegration:
    """Modules by capability."""

    async def test_coordinator_registration(self) -> None:
        """A registered module is listed before the start and can be had after it, and its name only once."""
        coordinator = ModuleCoordinator()
        module = EchoModule()
        coordinator.register("echo", module)
        assert list(coordinator.status()) == ["echo"]
        assert not coordinator.has("echo")
        with pytest.raises(StartFailed, match="registered twice"):
            coordinator.register("echo", EchoModule())
        await coordinator.initialize(lambda _: None)
        assert coordinator.get("echo") is module
        await coordinator.cleanup()

    async def test_coordinator_get_by_capability(self) -> None:
        """Each capability gives its own module; an unknown one is refused by name."""
        coordinator = await started("one", "two")
        assert await coordinator.get("one").process(Echo(text="hi")) == "one: hi"
        assert await coordinator.get("two").process(Echo(text="hi")) == "two: hi"
        with pytest.raises(Unavailable, match="three is not running"):
            coordinator.get("three")

    async def test_coordinator_status(self) -> None:
        """Status follows each module's life."""
        coordinator = await started("one")
        assert coordinator.status()["one"].state is ModuleState.RUNNING
        await coordinator.cleanup()
        assert coordinator.status()["one"].state is ModuleState.STOPPED

    async def test_coordinator_cleanup(self) -> None:
        """After cleanup nothing can be had, and a second cleanup changes nothing."""
        coordinator = await started("one", "two")
        await coordinator.cleanup()
        await coordinator.cleanup()
        assert not coordinator.has("one")
        assert not coordinator.has("two")


class TestGrpcServiceManager:
    """The manager over the coordinator."""

    async def test_manager_initialises_with_the_coordinator(self, tmp_path: Path) -> None:
        """The listening server answers through the coordinator's modules."""
        async with grpc_voice(tmp_path) as voice:
            assert voice.manager.address
            assert (await stream(voice, ask())).status is grpc.StatusCode.OK
            assert len(voice.parts.script.prompts) == 1

    @pytest.mark.parametrize(
        "setting",
        [
            Setting(features=FeaturesConfig(use_module_coordinator=False)),
            Setting(kill_switches=KillSwitches(disable_module_coordinator=True)),
        ],
    )
    async def test_coordinator_is_used_only_when_the_feature_is_on(self, tmp_path: Path, setting: Setting) -> None:
        """Feature off or kill switch on: new work is UNAVAILABLE and no module is asked."""
        async with grpc_voice(tmp_path, setting=setting) as voice:
            answer = await stream(voice, ask())
            assert answer.status is grpc.StatusCode.UNAVAILABLE
            assert not voice.parts.script.prompts

    async def test_manager_status_and_cleanup(self, tmp_path: Path) -> None:
        """Running with its address, stopped after cleanup, and the port is free again."""
        async with grpc_voice(tmp_path) as voice:
            status = voice.manager.status()
            assert (status.state, status.detail) == (ModuleState.RUNNING, voice.manager.address)
            await voice.manager.cleanup()
            await voice.manager.cleanup()
            assert voice.manager.status().state is ModuleState.STOPPED
            assert (await stream(voice, ask())).status is grpc.StatusCode.UNAVAILABLE


class TestAdapters:
    """What the documents call adapters: modules that wrap a processor behind the interface."""

    async def test_adapter_initialises_answers_and_tells_its_state(self) -> None:
        """One start, one answer, one state, whatever is behind it."""
        adapter = EchoModule("adapter")
        await adapter.initialize("section", ModuleCoordinator())
        assert adapter.section == "section"
        assert await adapter.process(Echo(text="ping")) == "adapter: ping"
        assert adapter.status().state is ModuleState.RUNNING


class TestFeatureFlags:
    """Features and kill switches."""

    @pytest.mark.parametrize(
        ("feature", "kill", "forwarded"),
        [(False, False, False), (True, False, True), (True, True, False), (False, True, False)],
    )
    def test_actions_need_the_feature_and_no_kill_switch(self, feature: bool, kill: bool, forwarded: bool) -> None:
        """The kill switch wins over the feature."""
        board = SwitchBoard(
            features=FeaturesConfig(forward_assistant_actions=feature),
            kill_switches=KillSwitches(disable_forward_assistant_actions=kill),
        )
        assert board.actions_forwarded is forwarded

    def test_code_defaults_are_the_documented_ones(self) -> None:
        """Actions stay home by default, the coordinator is used, WhatsApp is off, no kill switch is thrown."""
        features = FeaturesConfig()
        assert features.use_module_coordinator
        assert not features.forward_assistant_actions
        assert not features.whatsapp
        assert KillSwitches().names == ()

    def test_thrown_switches_are_named(self) -> None:
        """What an operator turned off can be told to a person."""
        assert KillSwitches(disable_module_coordinator=True).names == ("disable_module_coordinator",)


class TestDirectImports:
    """The transport reaches modules through the coordinator only."""

    @pytest.mark.parametrize(
        "file", sorted(SOURCE.glob("transport/**/*.py")), ids=lambda path: str(path.relative_to(SOURCE))
    )
    def test_transport_imports_no_module(self, file: Path) -> None:
        """Neither grpc_service_manager.py nor any file beside it imports nexy.modules."""
        names = [
            name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            for name in (
                [node.module or ""] if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            )
        ]  # fmt: skip
        assert not [name for name in names if name.startswith("nexy.modules")]
