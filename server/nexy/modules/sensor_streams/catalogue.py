"""The sources that are configured, by name, and what became of opening them."""

import asyncio
from collections.abc import Sequence

from nexy.contracts.errors import NexyError, NotFound
from nexy.contracts.streams import SourceFacts, StreamOrder
from nexy.modules.sensor_streams.producing import Producers
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.workers.wire import Look, Seen
from nexy.utils.shown import shown

READY = "ready"
_UNSEEN = "not opened yet"
_NANO = 1e9


class SourceCatalogue:
    """Opens sources through a worker and remembers the outcome for the status."""

    def __init__(self, specs: Sequence[SourceSpec], producers: Producers) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._producers = producers
        self.outcomes = dict.fromkeys(self._specs, _UNSEEN)

    def spec(self, name: str) -> SourceSpec:
        """The source of this name, the first one for the empty name; raises `NotFound`."""
        if not self._specs:
            raise NotFound("no source is configured; set sensor_streams.sources (SENSOR_SOURCES) or use "
                           "`nexy stream serve PATH`", field="source")  # fmt: skip
        spec = self._specs.get(name) if name else next(iter(self._specs.values()))
        if spec is None:
            raise NotFound(f"source '{shown(name)}' not found; there are: {', '.join(self._specs)}", field="source")
        return spec

    async def look(self, spec: SourceSpec, order: StreamOrder | None = None) -> Seen:
        """What it is now, and whether it still holds the beginning of the order's range; raises why not."""
        first_channel, start = (order.first_channel, order.start_s) if order is not None else (0, None)
        from_ns = None if start is None else round(start * _NANO)
        try:
            seen = await self._producers.look(Look(spec=spec, first_channel=first_channel, from_ns=from_ns))
        except NexyError as problem:
            self.outcomes[spec.name] = problem.message
            raise
        self.outcomes[spec.name] = READY
        return seen

    async def all(self) -> Sequence[Seen]:
        """Every source that can be opened, in the order of the configuration."""
        seen = await asyncio.gather(*(self._seen(spec) for spec in self._specs.values()))
        return [each for each in seen if each is not None]

    async def _seen(self, spec: SourceSpec) -> Seen | None:
        try:
            return await self.look(spec)
        except NexyError:
            return None


def holds_any(seen: Seen, start_s: float, end_s: float) -> bool:
    """Whether the source has samples between these times."""
    facts: SourceFacts = seen.facts
    begins = facts.start_ns / _NANO
    return begins < end_s and begins + seen.available / facts.sample_rate_hz > start_s
