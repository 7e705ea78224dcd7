"""The real packages that are searched: where each comes from, and which part of it is set aside."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

_LIST = Path(__file__).with_name("packages.yaml")
_FAMILIES = {"typescript": "javascript"}
_SUFFIXES = {"python": ".py", "javascript": ".js", "typescript": ".ts", "go": ".go", "rust": ".rs"}
_ONE_IN = 3


class Part(StrEnum):
    """What the ranking is tuned on, and what is only measured."""

    TUNING = "tuning"
    HELD_OUT = "held-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """`registry` is pypi, npm or debian; `digest` is that of the files that are taken, see `taken.py`."""

    name: str
    language: str
    registry: str
    package: str
    version: str
    digest: str
    root: str
    leave_out: Sequence[str] = ()

    @property
    def suffix(self) -> str:
        """How the names of its sources end."""
        return _SUFFIXES[self.language]

    @property
    def family(self) -> str:
        """JavaScript and TypeScript count as one."""
        return _FAMILIES.get(self.language, self.language)


def packages() -> Sequence[Package]:
    """Those in which is searched for known answers, in the order of `packages.yaml`."""
    return _listed("packages")


def large_packages() -> Sequence[Package]:
    """Those that make up the large project whose indexing and searching is timed."""
    return _listed("large")


def _listed(part: str) -> Sequence[Package]:
    listed: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(_LIST.read_text(encoding="utf-8"))
    return [Package(**each) for each in listed[part]]


def held_out(of: Sequence[Package]) -> frozenset[str]:
    """The names of the packages set aside: whole ones, a third of each family, chosen by the hash of the name."""
    families: dict[str, list[str]] = defaultdict(list)
    for package in of:
        families[package.family].append(package.name)
    return frozenset(
        name for names in families.values() for name in sorted(names, key=_hash)[: round(len(names) / _ONE_IN)]
    )


def part_of(name: str, of: Sequence[Package]) -> Part:
    """Where a package belongs."""
    return Part.HELD_OUT if name in held_out(of) else Part.TUNING


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
