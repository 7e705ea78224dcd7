"""What tests of sources share: a clock that only the test moves, and how they open one."""

from typing import Protocol

from nexy.modules.sensor_streams.sources.sample_source import SampleSource
from support.das_files import START_NS


class Clock:
    """Nanoseconds since the epoch; stands still until it is moved."""

    def __init__(self, ns: int = START_NS) -> None:
        self.ns = ns

    def __call__(self) -> int:
        return self.ns

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.ns += round(seconds * 1e9)


class Open(Protocol):
    """Opens a source by kind, address and options."""

    def __call__(self, kind: str, address: object = "", **options: str) -> SampleSource: ...
