"""ModuleFactory: the registry and what installed packages add to it."""

from importlib.metadata import EntryPoint

import pytest

from nexy.contracts.errors import StartFailed
from nexy.contracts.module import UniversalModuleInterface
from nexy.core import module_factory
from nexy.core.module_factory import ENTRY_POINT_GROUP, OPTIONAL_MODULES, PLANNED_MODULES, ModuleFactory
from support.modules import EchoModule


@pytest.mark.parametrize("capability", ModuleFactory().capabilities)
def test_every_registry_line_gives_a_module(capability: str) -> None:
    """Each capability of the registry loads and is a UniversalModuleInterface."""
    assert isinstance(ModuleFactory().create(capability), UniversalModuleInterface)


def test_planned_capabilities_have_no_part_yet() -> None:
    """A capability is either built or planned, never both; the documented optional ones are optional."""
    assert not set(PLANNED_MODULES) & set(ModuleFactory().capabilities)
    assert {"database", "audio_generation", "text_filtering", "interrupt_handling"} <= OPTIONAL_MODULES


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nexy.modules.nowhere.module:Thing", "cannot load"),
        ("nexy.modules.session_management.module:Nothing", "cannot load"),
        ("nexy.utils.clock:SystemClock", "not a UniversalModuleInterface"),
    ],
)
def test_a_wrong_registry_line_is_named(line: str, reason: str) -> None:
    """The error names the capability and the line."""
    with pytest.raises(StartFailed, match=f"thing: .*{reason}") as caught:
        ModuleFactory({"thing": line}).create("thing")
    assert line in caught.value.message or reason == "cannot load"


def test_an_unknown_capability_is_refused() -> None:
    """Asking for what nobody registered names it."""
    with pytest.raises(StartFailed, match="'cave'"):
        ModuleFactory().create("cave")


def with_entry_point(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    point = EntryPoint(name, value, ENTRY_POINT_GROUP)
    monkeypatch.setattr(module_factory, "entry_points", lambda group: [point])


def test_a_package_adds_a_capability(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point of the group is found and created like our own modules."""
    with_entry_point(monkeypatch, "echo", "support.modules:EchoModule")
    factory = ModuleFactory()
    factory.discover()
    assert factory.third_party == {"echo"}
    assert isinstance(factory.create("echo"), EchoModule)


def test_a_package_cannot_take_a_name_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point that claims an existing capability ends the start and names both."""
    with_entry_point(monkeypatch, "ai_router", "thief:Module")
    with pytest.raises(StartFailed, match="thief:Module claims the capability 'ai_router'"):
        ModuleFactory().discover()
