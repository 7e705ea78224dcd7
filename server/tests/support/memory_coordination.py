"""Coordination in memory, running."""

from nexy.config.sections import CoordinationConfig, CoordinationSection
from nexy.contracts.clock import Clock
from nexy.modules.coordination.module import CoordinationModule
from support.peers import FakePeers


async def memory_coordination(clock: Clock, section: CoordinationConfig) -> CoordinationModule:
    """A started module; it ends with the test, since it holds no task."""
    module = CoordinationModule()
    await module.initialize(CoordinationSection(config=section), FakePeers(clock=clock))
    return module
