"""Live values: what is in force, and when a switch takes effect."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nexy.config.routing_file import packaged_routing, routing_path
from nexy.config.sections import FlagsSection
from nexy.config.switches_file import switches_path, write_switch
from nexy.contracts.errors import Internal
from nexy.contracts.module import ModuleState
from nexy.contracts.request import Request
from nexy.contracts.switches import FeaturesConfig, KillSwitches, Switches
from nexy.modules.global_flags.module import GlobalFlagProvider
from support.peers import FakePeers
from support.virtual_time import run_virtual


@asynccontextmanager
async def provider(home: Path, features: FeaturesConfig | None = None) -> AsyncIterator[GlobalFlagProvider]:
    flags = GlobalFlagProvider()
    section = FlagsSection(features=features or FeaturesConfig(), kill_switches=KillSwitches(), home=str(home))
    await flags.initialize(section, FakePeers())
    try:
        yield flags
    finally:
        await flags.cleanup()


def test_configured_values_are_in_force_without_a_file(tmp_path: Path) -> None:
    """The environment and the files give the starting value."""

    async def story() -> None:
        async with provider(tmp_path, FeaturesConfig(messages=False)) as flags:
            port: Switches = flags
            assert port.read().features.messages is False
            assert port.read().accepts_work is True
            assert port.read() is port.read()

    run_virtual(story())


def test_a_switch_of_before_the_start_is_in_force_at_once(tmp_path: Path) -> None:
    """A restart does not forget what an operator turned off."""
    write_switch(tmp_path, "disable_module_coordinator", "on")

    async def story() -> None:
        async with provider(tmp_path) as flags:
            assert flags.read().accepts_work is False

    run_virtual(story())


def test_a_switch_takes_effect_within_a_second_and_returns_when_removed(tmp_path: Path) -> None:
    """On, off and back to the configured value, without a restart."""

    async def story() -> list[bool]:
        seen = []
        async with provider(tmp_path, FeaturesConfig(messages=True)) as flags:
            for value in ("off", "on", "off", None):
                write_switch(tmp_path, "features.messages", value)
                await asyncio.sleep(1)
                seen.append(flags.read().features.messages)
            switches_path(tmp_path).unlink()
            await asyncio.sleep(1)
            seen.append(flags.read().features.messages)
        return seen

    assert run_virtual(story()) == [False, True, False, True, True]


@pytest.mark.parametrize(
    ("broken", "named"),
    [("features: [", "switches.yaml"), ("features.mesages: off", "features.mesages"),
     ("features.messages: perhaps", "features.messages"), ("- 1", "switches.yaml")],
)  # fmt: skip
def test_a_broken_file_keeps_the_last_good_values(
    broken: str, named: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The key is named once in the log and in the status, until the file is mended."""
    write_switch(tmp_path, "features.messages", "off")

    async def story() -> None:
        async with provider(tmp_path) as flags:
            switches_path(tmp_path).write_text(broken)
            await asyncio.sleep(5)
            assert flags.read().features.messages is False
            assert flags.status().state is ModuleState.DEGRADED
            assert named in flags.status().detail
            switches_path(tmp_path).write_text("features.messages: on")
            await asyncio.sleep(1)
            assert flags.read().features.messages is True
            assert flags.status().state is ModuleState.RUNNING

    with caplog.at_level(logging.INFO):
        run_virtual(story())
    degraded = [record for record in caplog.records if getattr(record, "decision", "") == "degrade"]
    assert len(degraded) == 1
    assert named in degraded[0].getMessage()


def test_a_change_is_logged_as_a_decision(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An operator finds in the log when a switch took effect."""
    write_switch(tmp_path, "disable_module_coordinator", "on")

    async def story() -> None:
        async with provider(tmp_path):
            pass

    with caplog.at_level(logging.INFO):
        run_virtual(story())
    assert [getattr(record, "ctx", None) for record in caplog.records] == [{"actions": False, "work": False}]


def test_a_routing_table_takes_effect_within_a_second(tmp_path: Path) -> None:
    """Written, changed and removed without a restart; the switches beside it stay as they are."""
    write_switch(tmp_path, "features.messages", "off")

    async def story() -> list[tuple[str, ...]]:
        seen = []
        async with provider(tmp_path) as flags:
            assert flags.read().routing is packaged_routing()
            for named in ("ollama", "openai", ""):
                file = routing_path(tmp_path)
                file.write_text(f"rules: [{{providers: {named}}}]") if named else file.unlink()
                await asyncio.sleep(1)
                rule = flags.read().routing.rule_for("testing")
                assert rule is not None
                seen.append(tuple(rule.providers))
                assert flags.read().features.messages is False
        return seen

    assert run_virtual(story()) == [("ollama",), ("openai",), ("claude", "openai", "gemini", "ollama")]


def test_a_broken_routing_table_keeps_the_old_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Log and status name file, line and field once; a mended file is in force within a second."""

    async def story() -> None:
        async with provider(tmp_path) as flags:
            routing_path(tmp_path).write_text("rules: [{providers: ollama}]")
            await asyncio.sleep(1)
            good = flags.read().routing
            routing_path(tmp_path).write_text("rules:\n- providers: [clade]")
            write_switch(tmp_path, "features.messages", "off")
            await asyncio.sleep(5)
            assert flags.read().routing is good
            assert flags.read().features.messages is False
            assert flags.status().state is ModuleState.DEGRADED
            assert "routing.yaml:2: rules[0].providers[0]" in flags.status().detail
            routing_path(tmp_path).write_text("rules: [{providers: openai}]")
            await asyncio.sleep(1)
            assert flags.status().state is ModuleState.RUNNING
            assert flags.read().routing.rules[0].providers == ("openai",)

    with caplog.at_level(logging.INFO):
        run_virtual(story())
    degraded = [record for record in caplog.records if getattr(record, "decision", "") == "degrade"]
    assert len(degraded) == 1
    assert "did you mean claude" in degraded[0].getMessage()


def test_an_interrupt_reaches_the_running_turn_and_no_later_one(tmp_path: Path) -> None:
    """A turn compares with the epoch it began with; other devices are not touched."""

    async def story() -> None:
        async with provider(tmp_path) as flags:
            running, other = flags.interrupt_epoch("ada"), flags.interrupt_epoch("bob")
            assert flags.check_interrupt_flag("ada", running) is False
            assert flags.raise_interrupt_epoch("ada") == 1
            assert flags.check_interrupt_flag("ada", running) is True
            assert flags.check_interrupt_flag("bob", other) is False
            later = flags.interrupt_epoch("ada")
            assert flags.check_interrupt_flag("ada", later) is False

    run_virtual(story())


def test_life_cycle(tmp_path: Path) -> None:
    """Cleanup comes safely without a start, and twice."""

    async def story() -> None:
        flags = GlobalFlagProvider()
        await flags.cleanup()
        assert flags.status().state is ModuleState.STOPPED
        async with provider(tmp_path) as started:
            assert started.status().state is ModuleState.RUNNING
            await started.cleanup()
        assert started.status().state is ModuleState.STOPPED

    run_virtual(story())


async def test_an_unknown_request_is_a_defect() -> None:
    """Live values are read through their port."""

    class Unknown(Request[None]):
        pass

    with pytest.raises(Internal, match="Unknown"):
        await GlobalFlagProvider().process(Unknown())
