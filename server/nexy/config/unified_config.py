"""The single source of configuration: every layer read once, checked, and kept with its origin.

flag › environment › ./config.env › NEXY_HOME/config.env › NEXY_HOME/config.yaml › the packaged values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeGuard, TypeVar, cast, get_type_hints

from nexy.config.layers import Layers, packaged_layer, read_layers
from nexy.config.leaf import all_leaves
from nexy.config.sections import UnifiedConfig

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One effective value and where it comes from; `text` is for people ("environment GRPC_PORT")."""

    path: str
    value: object = field(repr=False)
    text: str
    secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The configuration and, by path, the origin of each of its values."""

    config: UnifiedConfig
    origins: Mapping[str, Origin]

    @property
    def home(self) -> Path:
        """The folder that holds all state; it need not exist yet."""
        return Path(self.config.home)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value that is set, for the log to mask wherever it appears."""
        return tuple(str(origin.value) for origin in self.origins.values() if origin.secret and origin.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownValue:
    """One row of `nexy config show`; `value` is masked where it must be."""

    path: str
    value: str
    origin: str


def load_config(
    environ: Mapping[str, str],
    home: Path | None = None,
    cwd: Path | None = None,
    flags: Mapping[str, object] | None = None,
) -> Loaded:
    """Read and check every layer; `home` is the flag's, `flags` hold values by path, as text or typed.

    Raises `ConfigurationInvalid`: one line for each wrong key with its path, its origin, what was found and
    what is allowed; `field` is the first one's path.
    """
    layers = read_layers(environ, home, cwd or Path.cwd(), flags or {})
    environment_is_default = "environment" not in layers.top
    environment = str(layers.convert(all_leaves()["environment"]))
    layers.lay_below(packaged_layer(environment, spelled_out=not environment_is_default))
    values = {path: layers.convert(leaf) for path, leaf in all_leaves().items()}
    layers.refuse_problems()
    config = _build(UnifiedConfig, {**values, "environment_is_default": environment_is_default}, "")
    return Loaded(config=config, origins=_origins(layers, values))


def masked(loaded: Loaded, switched: Mapping[str, bool] | None = None) -> tuple[ShownValue, ...]:
    """The effective values for people; `switched` are the live switches that stand above the configuration."""
    above = {path: Origin(path=path, value=value, text="switches.yaml", secret=False)
             for path, value in (switched or {}).items()}  # fmt: skip
    return tuple(
        ShownValue(path=path, value=leaf.shown(origin.value), origin=origin.text)
        for path, leaf in all_leaves().items()
        for origin in (above.get(path, loaded.origins[path]),)
    )


def _origins(layers: Layers, values: Mapping[str, object]) -> Mapping[str, Origin]:
    return MappingProxyType({
        path: Origin(path=path, value=values[path], text=_origin_text(layers, path), secret=leaf.secret)
        for path, leaf in all_leaves().items()
    })  # fmt: skip


def _origin_text(layers: Layers, path: str) -> str:
    item = layers.top.get(path)
    return item.origin if item else "default"


def _build(section: Callable[..., S], values: Mapping[str, object], prefix: str) -> S:
    kinds = get_type_hints(section)
    given: dict[str, Any] = {}
    for key in fields(cast(Any, section)):
        path, kind = prefix + key.name, kinds[key.name]
        given[key.name] = _build(kind, values, path + ".") if _is_section(kind) else values[path]
    return section(**given)


def _is_section(kind: object) -> TypeGuard[type[Any]]:
    return isinstance(kind, type) and is_dataclass(kind)
