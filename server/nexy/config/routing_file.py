"""NEXY_HOME/routing.yaml: the operator's routing rules, above the packaged ones."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from nexy.config.near_names import hint_of
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.routing import Complexity, TaskType
from nexy.contracts.routing_table import PROVIDERS, Prefer, RoutingRule, RoutingTable

TASK_TYPES = (*TaskType, "memory_analyzer")
_KEYS = ("task_types", "complexities", "languages", "providers", "models", "prefer")
_LARGEST_FILE = 256 * 1024
_LONGEST_NAME = 200
_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def routing_path(home: Path) -> Path:
    """Where the operator's rules of this home stand."""
    return home / "routing.yaml"


@cache
def packaged_routing() -> RoutingTable:
    """The rules that come with Nexy."""
    text = (files(__package__) / "routing.yaml").read_text(encoding="utf-8")
    return RoutingTable(rules=parse_rules(text, "packaged"))


def read_routing(home: Path) -> RoutingTable:
    """The operator's rules before the packaged ones; without a file those alone.

    Raises `ConfigurationInvalid` with file, line and field.
    """
    file = routing_path(home)
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise ConfigurationInvalid(f"{file}: larger than {_LARGEST_FILE} bytes", field=str(file))
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return packaged_routing()
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationInvalid(f"{file}: cannot be read", field=str(file)) from problem
    return RoutingTable(rules=(*parse_rules(text, str(file)), *packaged_routing().rules))


def parse_rules(text: str, source: str) -> Sequence[RoutingRule]:
    """The rules of a text; raises `ConfigurationInvalid` naming `source`, line and field."""
    try:
        root = yaml.compose(text, Loader=_FastLoader)
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"{source}:{mark.line + 1}" if mark else source
        raise ConfigurationInvalid(
            f"{where}: {getattr(problem, 'problem', None) or 'not YAML'}", field=source
        ) from problem
    if root is None:
        return ()
    top = _Place(source, "", root)
    parts = top.mapping(("rules",))
    return tuple(_rule(place) for place in parts["rules"].items()) if "rules" in parts else ()


def _rule(place: "_Place") -> RoutingRule:
    parts = place.mapping(_KEYS)
    if "providers" not in parts:
        raise place.wrong("providers is missing")
    return RoutingRule(
        providers=parts["providers"].names(PROVIDERS),
        task_types=_set(parts, "task_types", TASK_TYPES),
        complexities=_set(parts, "complexities", tuple(Complexity)),
        languages=frozenset(name.lower() for name in _set(parts, "languages", ())),
        models=_models(parts["models"]) if "models" in parts else {},
        prefer=Prefer(parts["prefer"].name(tuple(Prefer))) if "prefer" in parts else Prefer.ORDER,
        origin=place.where,
    )


def _set(parts: "dict[str, _Place]", key: str, known: Sequence[str]) -> frozenset[str]:
    return frozenset(parts[key].names(known)) if key in parts else frozenset()


def _models(place: "_Place") -> dict[str, str]:
    return {provider: model.name(()) for provider, model in place.mapping(PROVIDERS).items()}


class _Place:
    """One node of the file, which knows where it stands."""

    __slots__ = ("_field", "_node", "_source")

    def __init__(self, source: str, field: str, node: yaml.Node) -> None:
        self._source, self._field, self._node = source, field, node

    @property
    def where(self) -> str:
        """File and line, e.g. "routing.yaml:3"."""
        return f"{self._source}:{self._node.start_mark.line + 1}"

    def wrong(self, problem: str) -> ConfigurationInvalid:
        """What is wrong here."""
        field = self._field or "the file"
        return ConfigurationInvalid(f"{self.where}: {field}: {problem}", code="routing_invalid", field=self._field)

    def mapping(self, known: Sequence[str]) -> "dict[str, _Place]":
        """The values by key; unknown and repeated keys are wrong."""
        if not isinstance(self._node, yaml.MappingNode):
            raise self.wrong(f"keys with values are expected: {', '.join(known)}")
        found: dict[str, _Place] = {}
        for key, value in self._node.value:
            place = _Place(self._source, self._field, key)
            name = place.name(known, what="key")
            if name in found:
                raise place.wrong(f"{name} stands twice")
            found[name] = _Place(self._source, f"{self._field}.{name}".lstrip("."), value)
        return found

    def items(self) -> "Iterator[_Place]":
        """The members of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.wrong("a list is expected")
        for number, node in enumerate(self._node.value):
            yield _Place(self._source, f"{self._field}[{number}]", node)

    def names(self, known: Sequence[str]) -> Sequence[str]:
        """A list of different names, or one name alone; empty lists are wrong, since they would fit nothing."""
        members = [self] if isinstance(self._node, yaml.ScalarNode) else list(self.items())
        names = tuple(member.name(known) for member in members)
        if not names:
            raise self.wrong("the list is empty; leave the key out instead")
        if len(set(names)) < len(names):
            raise self.wrong("a name stands twice")
        return names

    def name(self, known: Sequence[str], what: str = "name") -> str:
        """One text, of the known ones where there are such."""
        node = self._node
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip() or node.tag.endswith(":null"):
            raise self.wrong(f"a {what} is expected")
        name = str(node.value).strip()
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise self.wrong(f"at most {_LONGEST_NAME} printable characters")
        if known and name not in known:
            raise self.wrong(f"{name!r} is not a known {what}; {hint_of(name, known)}")
        return name
