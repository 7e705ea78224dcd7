"""The text of `sensor_streams.sources`: which sources there are, with their options; pure, reads no file."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from nexy.modules.sensor_streams.sources.errors import misconfigured

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """One source as it was ordered; picklable, so that a worker opens it.

    `address` is a path for the kinds that read files. Options are texts; each kind reads its own.
    """

    name: str
    kind: str
    address: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The spec in the grammar of the configuration; parsing it gives the spec again."""
        query = "&".join(f"{quote(key)}={quote(value, safe='/:;*')}" for key, value in self.options)
        return f"{self.name}={self.kind}:{quote(self.address)}" + (f"?{query}" if query else "")


def parse_specs(text: str) -> tuple[SourceSpec, ...]:
    """Read `NAME=KIND:ADDRESS?option=value&…` separated by commas; `,?&%` inside a path are percent-encoded.

    The kinds and their options are not judged here. Raises `ConfigurationInvalid`.
    """
    specs = tuple(_spec(entry.strip()) for entry in text.split(",") if entry.strip())
    names = [spec.name for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise misconfigured(f"the name '{name}' is given twice")
    return specs


def _spec(entry: str) -> SourceSpec:
    name, equals, rest = entry.partition("=")
    name = name.strip()
    kind, colon, place = rest.strip().partition(":")
    if not equals or not colon:
        raise misconfigured(f"'{entry}' is not NAME=KIND:ADDRESS (for example well=recording:/data/a.h5)")
    if not _NAME.fullmatch(name):
        raise misconfigured(f"the name '{name}' may hold letters, digits, '-' and '_' only (up to 64)")
    address, _, query = place.partition("?")
    return SourceSpec(name=name, kind=kind.strip(), address=unquote(address), options=_options(name, query))


def _options(name: str, query: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        key, equals, value = pair.partition("=")
        key = unquote(key).strip()
        if not equals or not key:
            raise misconfigured(f"source '{name}': '{pair}' is not option=value")
        if key in found:
            raise misconfigured(f"source '{name}': option '{key}' is given twice")
        found[key] = unquote(value).strip()
    return tuple(found.items())
