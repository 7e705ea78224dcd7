"""Laying the places where values are written over each other, and collecting what is wrong with them."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from nexy.config.leaf import Leaf, all_leaves
from nexy.config.sources import Written, read_env_file, read_yaml
from nexy.config.spelling import misspelt_variables, own_names, unknown_key
from nexy.contracts.errors import ConfigurationInvalid
from nexy.contracts.home import using_home

PACKAGED = Path(__file__).with_name("unified_config.yaml")
_BLOCKS = {"dev": ("default", "dev"), "prod": ("default", "prod"), "stage": ("default", "prod", "stage")}
_ROOT_HOME = Path("/var/lib/nexy")


@dataclass(slots=True)
class Layers:
    """The topmost value of each key so far, and one complaint for each key that is wrong."""

    top: dict[str, Written] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def lay(self, layer: Iterable[Written]) -> None:
        """Put these values over what is there; an empty YAML value leaves what is below."""
        for item in layer:
            if item.path in all_leaves():
                if item.value is not None:
                    self.top[item.path] = item
            elif item.value is not None or not _is_section(item.path):
                self.problems[item.path] = unknown_key(item.path, item.origin)

    def lay_env_file(self, variables: Mapping[str, str], file: Path) -> None:
        """Put the values of a config.env over what is there, and complain about misspelt names."""
        self.lay(_from_variables(variables, str(file)))
        self.problems |= dict(misspelt_variables(variables, str(file)))

    def lay_environment(self, environ: Mapping[str, str]) -> None:
        """The same for the process environment, where a near miss such as DATABASE_URI may be another program's."""
        self.lay(_from_variables(environ, "environment"))
        self.problems |= dict(misspelt_variables(own_names(environ), "environment"))

    def lay_below(self, layer: Mapping[str, Written]) -> None:
        """Put these values under what is there; a host `auto` takes its value from them."""
        for path, item in layer.items():
            above = self.top.get(path)
            if above is None:
                self.top[path] = item
            elif all_leaves()[path].is_host and str(above.value).strip().lower() == "auto":
                origin = f"{above.origin}, auto: {item.origin}"
                self.top[path] = Written(path=path, value=item.value, origin=origin)

    def convert(self, leaf: Leaf) -> object:
        """The key's value in its type; a wrong one is noted and replaced, so that all are found at once."""
        item = self.top.get(leaf.path)
        if item is None:
            return leaf.default
        try:
            return leaf.convert(item.value, textual=item.textual)
        except ValueError:
            found = f"{leaf.quoted(item.value)} ({item.origin})"
            self.problems[leaf.path] = f"{leaf.path}: {found} is not allowed; allowed: {leaf.allowed()}"
            return leaf.default

    def refuse_problems(self) -> None:
        """Raise `ConfigurationInvalid` with a line for each problem, if there is any."""
        if self.problems:
            first = next(iter(self.problems))
            raise ConfigurationInvalid("\n".join(self.problems.values()), code="configuration_invalid", field=first)


def read_layers(environ: Mapping[str, str], home: Path | None, cwd: Path, flags: Mapping[str, object]) -> Layers:
    """Everything that somebody wrote, in its precedence; the packaged values are not yet below it."""
    layers = Layers()
    local_file = cwd / "config.env"
    local = read_env_file(local_file)
    house = _home(environ, home, cwd, local)
    folder = Path(str(house.value))
    _refuse_other_than_folder(folder)
    layers.lay(_from_yaml(folder / "config.yaml"))
    layers.lay_env_file(read_env_file(folder / "config.env"), folder / "config.env")
    layers.lay_env_file(local, local_file)
    layers.lay_environment(environ)
    layers.lay(_from_flags(flags))
    layers.lay((house,))
    return layers


def packaged_layer(environment: str, *, spelled_out: bool = True) -> Mapping[str, Written]:
    """The packaged values of an environment; one that was not spelled out keeps the closed hosts of `default`."""
    layer: dict[str, Written] = {}
    for block in _BLOCKS[environment]:
        for path, value in _packaged_blocks()[block].items():
            if spelled_out or block == "default" or not path.endswith(".host"):
                layer[path] = Written(path=path, value=value, origin=f"packaged, {block}")
    return layer


def default_home(environ: Mapping[str, str], platform: str, user_id: int) -> Path:
    """The folder for all state where nobody named one: the user's data folder, root's /var/lib/nexy."""
    if user_id == 0:
        return _ROOT_HOME
    user = Path(environ.get("HOME") or Path.home())
    return user / "Library/Application Support/Nexy" if platform == "darwin" else user / ".local/share/nexy"


def _home(environ: Mapping[str, str], flag: Path | None, cwd: Path, local: Mapping[str, str]) -> Written:
    named = [(str(flag or ""), "flag"), (environ.get("NEXY_HOME", ""), "environment NEXY_HOME"),
             (local.get("NEXY_HOME", ""), f"{cwd / 'config.env'} NEXY_HOME")]  # fmt: skip
    for value, origin in named:
        if value.strip():
            folder = _expanded(value.strip(), environ)
            return Written(path="home", value=os.path.normpath(cwd / folder), origin=origin)
    return Written(path="home", value=str(default_home(environ, sys.platform, os.getuid())), origin="default")


def _expanded(value: str, environ: Mapping[str, str]) -> Path:
    if value == "~" or value.startswith("~/"):
        return Path(environ.get("HOME") or Path.home()) / value[2:]
    return Path(value)


def _refuse_other_than_folder(home: Path) -> None:
    # One that is not there yet is made when something is written into it.
    with using_home(home), suppress(FileNotFoundError):
        os.stat(f"{home}/")


def _from_yaml(file: Path) -> Iterator[Written]:
    for path, value in read_yaml(file).items():
        if path == "home":
            raise ConfigurationInvalid(f"home: cannot be set in {file}, which lies inside it", field="home")
        yield Written(path=path, value=value, origin=str(file))


def _from_flags(flags: Mapping[str, object]) -> Iterator[Written]:
    for path, value in flags.items():
        if path == "home":
            raise ConfigurationInvalid("home: set it with --home", field="home")
        yield Written(path=path, value=value, origin="flag", textual=isinstance(value, str))


def _from_variables(variables: Mapping[str, str], origin: str) -> Iterator[Written]:
    for path, leaf in all_leaves().items():
        value = variables.get(leaf.env) if leaf.env and path != "home" else None
        if value is not None and (value.strip() or leaf.empty_is_a_value):
            yield Written(path=path, value=value, origin=f"{origin} {leaf.env}", textual=True)


def _is_section(path: str) -> bool:
    return any(known.startswith(path + ".") for known in all_leaves())


@cache
def _packaged_blocks() -> Mapping[str, Mapping[str, object]]:
    blocks: dict[str, dict[str, object]] = {"default": {}, "dev": {}, "prod": {}, "stage": {}}
    for path, value in read_yaml(PACKAGED).items():
        block, _, key = path.partition(".")
        blocks[block][key] = value
    return blocks
