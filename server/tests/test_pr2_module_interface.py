"""UniversalModuleInterface: what every module of the server is (documented name)."""

import pytest

from nexy.contracts.errors import Internal
from nexy.contracts.module import ModuleState, UniversalModuleInterface
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.core.module_factory import ModuleFactory
from support.modules import Echo, EchoModule, Unknown

CAPABILITIES = ModuleFactory().capabilities


class TestUniversalModuleInterface:
    """The interface itself."""

    def test_an_incomplete_module_cannot_be_made(self) -> None:
        """A class that leaves out one of the four methods is refused by Python."""

        class Half(UniversalModuleInterface):
            async def initialize(self, section: object, peers: object) -> None: ...

        with pytest.raises(TypeError, match="abstract"):
            Half()  # type: ignore[abstract]

    async def test_a_module_starts_answers_and_stops(self) -> None:
        """initialize → process → cleanup, with the state to match."""
        module = EchoModule()
        assert module.status().state is ModuleState.STARTING
        await module.initialize(None, ModuleCoordinator())
        assert module.status().state is ModuleState.RUNNING
        assert await module.process(Echo(text="hi")) == "echo: hi"
        await module.cleanup()
        assert module.status().state is ModuleState.STOPPED

    async def test_an_unknown_request_is_our_own_defect(self) -> None:
        """A module that gets a request it does not know raises Internal and names the class."""
        module = EchoModule()
        await module.initialize(None, ModuleCoordinator())
        with pytest.raises(Internal, match="Unknown"):
            await module.process(Unknown())


class TestOurModules:
    """Every registered module."""

    @pytest.mark.parametrize("capability", CAPABILITIES)
    def test_states_its_needs_and_its_state(self, capability: str) -> None:
        """Before its start a module does not claim to run, and its needs are plain names."""
        module = ModuleFactory().create(capability)
        assert module.status().state is not ModuleState.RUNNING
        assert all(isinstance(need, str) for need in module.requires)

    @pytest.mark.parametrize("capability", CAPABILITIES)
    async def test_cleanup_is_safe_without_a_start_and_twice(self, capability: str) -> None:
        """A module that never started can be cleaned up, more than once."""
        module = ModuleFactory().create(capability)
        await module.cleanup()
        await module.cleanup()
        assert module.status().state is ModuleState.STOPPED
