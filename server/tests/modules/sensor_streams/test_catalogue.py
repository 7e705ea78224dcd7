"""The configured sources and what became of them."""

import pytest

from nexy.contracts.errors import NotFound, ValidationFailed
from nexy.modules.sensor_streams.catalogue import SourceCatalogue, holds_any
from nexy.modules.sensor_streams.workers.wire import Seen
from support.fake_fibre import START_S, facts, order, spec
from support.fake_producers import PlayedProducers


def test_the_first_source_is_the_default() -> None:
    """The empty name; an unknown one is told with those there are."""
    catalogue = SourceCatalogue([spec("north"), spec("south")], PlayedProducers())
    assert catalogue.spec("").name == "north"
    assert catalogue.spec("south").name == "south"
    with pytest.raises(NotFound, match="there are: north, south") as unknown:
        catalogue.spec("west")
    assert unknown.value.field == "source"


def test_without_sources_the_error_says_what_to_do() -> None:
    """How to configure one."""
    with pytest.raises(NotFound, match="SENSOR_SOURCES"):
        SourceCatalogue([], PlayedProducers()).spec("")


async def test_outcomes_are_remembered() -> None:
    """Not opened, refused with the reason, ready: whatever came last."""
    producers = PlayedProducers(refusal=ValidationFailed("every sample is zero"))
    catalogue = SourceCatalogue([spec("north")], producers)
    assert catalogue.outcomes == {"north": "not opened yet"}
    with pytest.raises(ValidationFailed):
        await catalogue.look(catalogue.spec(""))
    assert catalogue.outcomes == {"north": "every sample is zero"}
    assert await catalogue.all() == []
    producers.refusal = None
    assert len(await catalogue.all()) == 1
    assert catalogue.outcomes == {"north": "ready"}


async def test_an_order_asks_for_its_beginning() -> None:
    """Whether a live source still holds the first sample of the first channel; live orders ask nothing."""
    producers = PlayedProducers()
    catalogue = SourceCatalogue([spec()], producers)
    await catalogue.look(spec(), order(start_s=START_S + 0.5, first_channel=3))
    await catalogue.look(spec(), order(start_s=None, end_s=None))
    assert [(look.first_channel, look.from_ns) for look in producers.looked] == [
        (3, 1_700_000_000_500_000_000),
        (1, None),
    ]


@pytest.mark.parametrize(
    ("start", "end", "held"), [(-5, 0, False), (-5, 0.1, True), (9.9, 20, True), (10, 20, False), (2, 3, True)]
)
def test_which_recordings_lie_in_a_range(start: float, end: float, held: bool) -> None:
    """One sample is enough; touching the edge is not."""
    seen = Seen(facts=facts(), available=10_000)
    assert holds_any(seen, START_S + start, START_S + end) is held
