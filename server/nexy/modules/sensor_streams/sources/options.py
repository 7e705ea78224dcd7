"""How the options of a source are read: each asked for by name and type, what is left over is an error."""

import math
from collections.abc import Mapping, Sequence

from nexy.contracts.errors import ConfigurationInvalid
from nexy.modules.sensor_streams.sources.errors import misconfigured
from nexy.modules.sensor_streams.sources.spec import SourceSpec

_YES = frozenset({"yes", "true", "on", "1"})
_NO = frozenset({"no", "false", "off", "0"})


class OptionReader:
    """Reads the options of one spec. Every method raises `ConfigurationInvalid` with source, option and bounds."""

    def __init__(self, spec: SourceSpec) -> None:
        self._source = spec.name
        self._kind = spec.kind
        self._given = dict(spec.options)
        self._known: dict[str, str] = {}

    @property
    def nothing_given(self) -> bool:
        """Whether the source was ordered without any option."""
        return not self._given

    @property
    def known(self) -> Mapping[str, str]:
        """Every option that was asked for, with its default as text; empty where there is none."""
        return self._known

    def text(self, name: str, default: str = "") -> str:
        """An option as it was written."""
        self._known[name] = default
        return self._given.get(name, default)

    def flag(self, name: str) -> bool:
        """Yes or no; no where it is not given."""
        word = self.text(name, "no").lower()
        if word not in _YES | _NO:
            raise self.wrong(name, "must be yes or no")
        return word in _YES

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        """One of these words; the first where it is not given."""
        word = self.text(name, allowed[0])
        if word not in allowed:
            raise self.wrong(name, f"must be {' or '.join(allowed)}")
        return word

    def number(self, name: str, default: float, at_least: float, at_most: float) -> float:
        """A finite number within bounds, both inclusive."""
        written = self.text(name)
        self._known[name] = f"{default:.15g}"
        if not written:
            return default
        value = self.parsed(name, written)
        if not at_least <= value <= at_most:
            raise self.wrong(name, f"must be a number from {at_least:.15g} to {at_most:.15g}")
        return value

    def whole(self, name: str, default: int, at_least: int, at_most: int) -> int:
        """A whole number within bounds, both inclusive."""
        value = self.number(name, default, at_least, at_most)
        if value != int(value):
            raise self.wrong(name, f"must be a whole number from {at_least} to {at_most}")
        return int(value)

    def parsed(self, name: str, written: str) -> float:
        """A finite number out of a part of an option's text."""
        try:
            value = float(written)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.wrong(name, f"'{written}' is not a number")
        return value

    def wrong(self, name: str, why: str) -> ConfigurationInvalid:
        """The error of one option."""
        return misconfigured(f"source '{self._source}': option {name}={self._given.get(name, '')}: {why}")

    def end(self) -> None:
        """Refuse what nobody asked for."""
        for name in self._given:
            if name not in self._known:
                allowed = ", ".join(sorted(self._known))
                raise misconfigured(
                    f"source '{self._source}': kind '{self._kind}' has no option '{name}' (it has: {allowed})"
                )
