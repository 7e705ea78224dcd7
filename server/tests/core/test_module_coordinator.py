"""ModuleCoordinator: order, needs, degradation, cleanup."""

import pytest

from nexy.contracts.capabilities import CLOCK
from nexy.contracts.capability import Capability
from nexy.contracts.errors import ConfigurationInvalid, Internal, StartFailed, Unavailable
from nexy.contracts.module import ModuleState
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.utils.clock import SystemClock
from support.modules import Echo, EchoModule


def no_section(_: str) -> object:
    return None


async def test_start_order_follows_the_needs_and_cleanup_reverses_it() -> None:
    """A module starts after what it requires, whatever the order of registration, and stops before it."""
    journal: list[str] = []
    coordinator = ModuleCoordinator()
    coordinator.register("roof", EchoModule("roof", journal, ["walls"]))
    coordinator.register("walls", EchoModule("walls", journal, ["ground"]))
    coordinator.register("ground", EchoModule("ground", journal))
    await coordinator.initialize(no_section)
    await coordinator.cleanup()
    assert journal == ["start ground", "start walls", "start roof", "stop roof", "stop walls", "stop ground"]


async def test_each_module_receives_its_own_section() -> None:
    """The section is asked for by the capability's name."""
    coordinator = ModuleCoordinator()
    echo = EchoModule()
    coordinator.register("echo", echo)
    await coordinator.initialize(lambda name: f"section of {name}")
    assert echo.section == "section of echo"


async def test_a_circle_is_refused_and_named() -> None:
    """Modules that require each other end the start with the circle in the message."""
    coordinator = ModuleCoordinator()
    coordinator.register("hen", EchoModule("hen", requires=["egg"]))
    coordinator.register("egg", EchoModule("egg", requires=["hen"]))
    with pytest.raises(StartFailed, match=r"hen → egg → hen|egg → hen → egg"):
        await coordinator.initialize(no_section)


async def test_an_unknown_need_is_refused_and_named() -> None:
    """A requirement that nothing provides ends the start with both names."""
    coordinator = ModuleCoordinator()
    coordinator.register("echo", EchoModule(requires=["cave"]))
    with pytest.raises(StartFailed, match="echo requires cave"):
        await coordinator.initialize(no_section)


async def test_an_optional_module_that_fails_is_named_and_the_rest_runs() -> None:
    """The server starts without it; status carries the reason; asking for it says why it is not there."""
    coordinator = ModuleCoordinator(optional=["voice"])
    coordinator.register("voice", EchoModule("voice", failure=Unavailable("no loudspeaker")))
    coordinator.register("echo", EchoModule())
    await coordinator.initialize(no_section)
    assert coordinator.status()["voice"].state is ModuleState.FAILED
    assert coordinator.status()["voice"].detail == "no loudspeaker"
    assert coordinator.has("echo")
    assert not coordinator.has("voice")
    with pytest.raises(Unavailable, match="voice is not running: no loudspeaker"):
        coordinator.get("voice")


async def test_a_wrong_value_ends_the_start_even_of_an_optional_module() -> None:
    """The operator mends a value; the server does not quietly do without the part."""
    coordinator = ModuleCoordinator(optional=["voice"])
    coordinator.register("voice", EchoModule("voice", failure=ConfigurationInvalid("voice.engine: unknown")))
    with pytest.raises(StartFailed, match=r"voice\.engine"):
        await coordinator.initialize(no_section)


async def test_what_is_built_on_a_failed_optional_module_degrades_with_it() -> None:
    """An optional module whose need did not start is failed too and names the need."""
    coordinator = ModuleCoordinator(optional=["voice", "choir"])
    coordinator.register("voice", EchoModule("voice", failure=Unavailable("no loudspeaker")))
    coordinator.register("choir", EchoModule("choir", requires=["voice"]))
    await coordinator.initialize(no_section)
    assert "voice" in coordinator.status()["choir"].detail


async def test_a_required_module_that_fails_ends_the_start() -> None:
    """The message names the module and its reason in one line."""
    coordinator = ModuleCoordinator()
    coordinator.register("echo", EchoModule(failure=Unavailable("no air")))
    with pytest.raises(StartFailed, match=r"^echo: no air$"):
        await coordinator.initialize(no_section)


async def test_peers_hold_only_what_was_declared() -> None:
    """A module cannot reach a part that it did not require, because its start order would be chance."""
    coordinator = ModuleCoordinator()
    coordinator.provide(CLOCK, SystemClock())
    echo = EchoModule(requires=[CLOCK])
    coordinator.register("echo", echo)
    coordinator.register("other", EchoModule("other"))
    await coordinator.initialize(no_section)
    assert echo.peers is not None
    assert isinstance(echo.peers.get(CLOCK), SystemClock)
    with pytest.raises(Unavailable, match="does not declare 'other'"):
        echo.peers.get("other")


async def test_a_typed_capability_and_its_name_find_the_same_part() -> None:
    """`get(CAPABILITY)` and `get("name")` are the same look-up."""
    coordinator = ModuleCoordinator()
    coordinator.register("echo", EchoModule())
    await coordinator.initialize(no_section)
    named: Capability[EchoModule] = Capability("echo")
    assert coordinator.get(named) is coordinator.get("echo")
    assert await coordinator.get(named).process(Echo(text="hi")) == "echo: hi"


async def test_a_module_that_cannot_stop_does_not_keep_others_from_stopping() -> None:
    """Cleanup goes on after a failure."""
    journal: list[str] = []

    class Stubborn(EchoModule):
        async def cleanup(self) -> None:
            raise Internal("stuck")

    coordinator = ModuleCoordinator()
    coordinator.register("ground", EchoModule("ground", journal))
    coordinator.register("stubborn", Stubborn("stubborn", journal, ["ground"]))
    await coordinator.initialize(no_section)
    await coordinator.cleanup()
    assert journal[-1] == "stop ground"


def test_one_name_is_taken_once() -> None:
    """Registering a second module under a name is refused."""
    coordinator = ModuleCoordinator()
    coordinator.register("echo", EchoModule())
    with pytest.raises(StartFailed, match="registered twice"):
        coordinator.register("echo", EchoModule())


async def test_what_is_wanted_starts_before_and_stops_after() -> None:
    """A wanted part is there when its module starts, whatever the order of registration."""
    journal: list[str] = []
    coordinator = ModuleCoordinator()
    outbox = EchoModule("outbox", journal, wants=["database"])
    coordinator.register("outbox", outbox)
    coordinator.register("database", EchoModule("database", journal))
    await coordinator.initialize(no_section)
    assert outbox.peers is not None
    assert outbox.peers.get("database") is coordinator.get("database")
    await coordinator.cleanup()
    assert journal == ["start database", "start outbox", "stop outbox", "stop database"]


async def test_a_module_starts_without_what_it_only_wants() -> None:
    """A wanted part that failed or that nobody registered is refused at the moment of asking, with its reason."""
    coordinator = ModuleCoordinator(optional=["database"])
    coordinator.register("database", EchoModule("database", failure=Unavailable("no disk")))
    outbox = EchoModule("outbox", wants=["database", "cave"])
    coordinator.register("outbox", outbox)
    await coordinator.initialize(no_section)
    assert coordinator.has("outbox")
    assert outbox.peers is not None
    with pytest.raises(Unavailable, match="database is not running: no disk"):
        outbox.peers.get("database")
    with pytest.raises(Unavailable, match="cave is not running: not part of this server"):
        outbox.peers.get("cave")


async def test_a_circle_of_wishes_is_refused_too() -> None:
    """A wish decides the start order as a need does."""
    coordinator = ModuleCoordinator()
    coordinator.register("hen", EchoModule("hen", wants=["egg"]))
    coordinator.register("egg", EchoModule("egg", requires=["hen"]))
    with pytest.raises(StartFailed, match="in a circle"):
        await coordinator.initialize(no_section)
