"""Barge-in: ending what a device hears."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexy.contracts.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptDevice(Request[Sequence[str]]):
    """Cancel every running turn of one device; the reply names their sessions, none when nothing ran."""

    hardware_id: str
